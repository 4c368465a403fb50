// A server that always dies is started again a few times, and then no more.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { Restarts } = await bundled('server/restarts.ts');

function clocked(most, within) {
  const clock = { now: 0 };
  return { clock, restarts: new Restarts(most, within, () => clock.now) };
}

test('some in a while are allowed, one more is not', () => {
  const { restarts } = clocked(2, 100);
  assert.deepEqual([restarts.allow(), restarts.allow(), restarts.allow()], [true, true, false]);
});

test('those of long ago do not count', () => {
  const { clock, restarts } = clocked(1, 100);
  assert.equal(restarts.allow(), true);
  clock.now = 101;
  assert.equal(restarts.allow(), true);
});

test('a fresh start of the person’s own gives all of them back', () => {
  const { restarts } = clocked(1, 100);
  restarts.allow();
  restarts.forget();
  assert.equal(restarts.allow(), true);
});
