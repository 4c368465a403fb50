// The id of an app as people have it at hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { appIdIn } = await bundled('appId.ts');

test('an id is taken from an address or as it is, and nothing else', () => {
  const id = '65f1a2b3c4d5e6f708192a3b';
  for (const text of [id, ` ${id}\n`, `https://app.base44.com/apps/${id}/editor/workspace/overview`, `https://app.base44.com/apps/${id}?x=1`]) {
    assert.equal(appIdIn(text), id);
  }
  for (const text of ['', 'https://app.base44.com/', 'an app', `../${id}`, 'x'.repeat(129), '"; rm']) {
    assert.equal(appIdIn(text), undefined, text);
  }
});
