// Files are found in their project however client and server spell its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { isBelow, isDirectlyIn, isSame } = await bundled('places.ts');
const at = (path, authority = '') => ({ scheme: 'file', authority, path });

test('a drive letter has no case', () => {
  assert.ok(isBelow(at('/c:/Apps/shop/base44/connectors/slack.jsonc'), at('/C:/Apps/shop'), 'win32'));
  assert.ok(isDirectlyIn(at('/c:/shop/base44/connectors/slack.jsonc'), at('/C:/shop/base44/connectors/'), 'win32'));
});

test('on Windows and macOS a path has no case, on Linux it has', () => {
  for (const [system, expected] of [['win32', true], ['darwin', true], ['linux', false]]) {
    assert.equal(isBelow(at('/Apps/Shop/a.jsonc'), at('/apps/shop'), system), expected, system);
    assert.equal(isDirectlyIn(at('/Apps/Shop/a.jsonc'), at('/apps/shop'), system), expected, system);
  }
});

test('a file is the same in every spelling that the disk takes for one', () => {
  const file = at('/c:/Shop/base44/connectors/slack.jsonc');
  assert.ok(isSame(file, at('/C:/shop/base44/connectors/slack.jsonc'), 'win32'));
  assert.ok(!isSame(file, at('/C:/shop/base44/connectors/slack.json'), 'win32'));
  assert.ok(!isSame(at('/shop/a.jsonc'), at('/Shop/a.jsonc'), 'linux'));
  assert.ok(!isSame(at('/shop/a.jsonc', 'server'), at('/shop/a.jsonc'), 'win32'));
});

test('a share is found by its host', () => {
  const file = at('/Ubuntu/home/ana/shop/base44/config.jsonc', 'wsl.localhost');
  assert.ok(isBelow(file, at('/Ubuntu/home/ana/shop', 'WSL.localhost'), 'win32'));
  assert.ok(!isBelow(file, at('/Ubuntu/home/ana/shop', 'server'), 'win32'));
  assert.ok(!isBelow(file, at('/Ubuntu/home/ana/shop'), 'win32'));
});

test('a folder whose name only begins alike is another', () => {
  assert.ok(!isBelow(at('/apps/shop-2/a.jsonc'), at('/apps/shop'), 'linux'));
  assert.ok(!isDirectlyIn(at('/apps/shop/deeper/a.jsonc'), at('/apps/shop'), 'linux'));
  assert.ok(isBelow(at('/a.jsonc'), at('/'), 'linux'));
});
