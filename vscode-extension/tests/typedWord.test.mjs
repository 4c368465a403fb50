// Where somebody is still at a word.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { isInside } = await bundled('server/typedWord.ts');

/** `|` is the cursor. */
const inside = (fixture) => isInside(fixture.replace('|', ''), fixture.indexOf('|'));

test('a cursor is in a word up to where it is closed', () => {
  for (const fixture of ['"chat:wr|"', '"|chat"', "'https://www.googleapis.com/auth/cal|'", '"chat:wr|', 'tpye|', 't|pye', '"|"']) {
    assert.ok(inside(fixture), fixture);
  }
  for (const fixture of ['|"chat:wr"', '"chat:wr"|', '|tpye', '"chat wr|ite"', '["chat:wr|"]', '{ type: "slac|k" }', 'scopes: |', '|']) {
    assert.ok(!inside(fixture), fixture);
  }
});
