// How many messages are up: one that is closed, or that the editor takes away by itself, counts no more.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { Shown } = await bundled('shown.ts');

function clocked() {
  const clock = { now: 0 };
  return { clock, shown: new Shown(() => clock.now) };
}

test('two are enough, and one that is closed makes room', () => {
  const { shown } = clocked();
  const close = shown.add(false);
  assert.equal(shown.isFull, false);
  shown.add(true);
  assert.equal(shown.isFull, true);
  close();
  assert.equal(shown.isFull, false);
});

test('a fourth within a moment waits until the editor would show it', () => {
  const { clock, shown } = clocked();
  for (clock.now of [0, 100, 200]) {
    assert.equal(shown.wait, 0);
    shown.add(false);
  }
  assert.equal(shown.wait, 700);
  clock.now = 900;
  assert.equal(shown.wait, 0);
});

test('one that goes by itself makes room after a while, and one that stays does not', () => {
  const { clock, shown } = clocked();
  shown.add(false);
  shown.add(true);
  clock.now = 60_000;
  assert.equal(shown.isFull, false);
  shown.add(true);
  clock.now = 120_000;
  assert.equal(shown.isFull, true);
  shown.clear();
  assert.equal(shown.isFull, false);
});

test('while nobody looks at the window nothing goes, and then each has its time again', () => {
  const { clock, shown } = clocked();
  shown.add(false);
  shown.add(false);
  shown.focus(false);
  clock.now = 60_000;
  assert.equal(shown.isFull, true);
  shown.focus(true);
  clock.now = 70_000;
  assert.equal(shown.isFull, true);
  clock.now = 90_000;
  assert.equal(shown.isFull, false);
});
