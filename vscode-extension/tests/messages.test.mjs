// Messages give way to newer ones: two are up at a time, and none is lost for want of a way to make room.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { bundled } from './bundled.mjs';

mock.timers.enable({ apis: ['setTimeout', 'Date'] });

/** An editor whose messages stay until they are answered. */
async function messages(hide = () => Promise.resolve()) {
  const up = [];
  const show = (message) =>
    new Promise((resolve) => {
      up.push({ message, resolve });
    });
  const editor = {
    window: { showErrorMessage: show, showWarningMessage: show, showInformationMessage: show },
    commands: {
      executeCommand: (command) => {
        assert.equal(command, 'notifications.hideToasts');
        up.length = 0;
        return hide();
      },
    },
    Disposable: class {
      constructor(dispose) {
        this.dispose = dispose;
      }
    },
  };
  const module = await bundled('messages.ts', editor);
  const told = async (message) => {
    mock.timers.tick(1000);
    void module.tell('information', message);
    await new Promise((resolve) => setImmediate(resolve));
    return up.map((one) => one.message);
  };
  return { ...module, up, told };
}

test('a third message takes the place of the two before', async () => {
  const { told } = await messages();
  assert.deepEqual(await told('one'), ['one']);
  assert.deepEqual(await told('two'), ['one', 'two']);
  assert.deepEqual(await told('three'), ['three']);
});

test('one that was answered makes room by itself', async () => {
  const { told, up } = await messages();
  await told('one');
  await told('two');
  up.shift().resolve(undefined);
  assert.deepEqual(await told('three'), ['two', 'three']);
});

test('whatever still waits is told that it went out of sight, and is one of the two then', async () => {
  const { told, onMadeRoom, room } = await messages();
  let times = 0;
  const listener = onMadeRoom(() => {
    times += 1;
    void room(true);
  });
  await room(true);
  await told('one');
  assert.equal(times, 0);
  assert.deepEqual(await told('two'), ['two']);
  assert.equal(times, 1);
  // The code that waits and this one are two.
  await told('three');
  assert.equal(times, 2);
  listener.dispose();
});

test('of messages that come at once none is one too many for the editor to show', async () => {
  const { told, tell, up } = await messages();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await told('one');
  for (const message of ['two', 'three', 'four']) {
    void tell('information', message);
    await settled();
  }
  assert.deepEqual(up.map(({ message }) => message), ['three']);
  mock.timers.tick(1000);
  await settled();
  assert.deepEqual(up.map(({ message }) => message), ['three', 'four']);
});

test('an editor that cannot make room shows the message all the same', async () => {
  const { told } = await messages(() => Promise.reject(new Error('There is no such command.')));
  await told('one');
  await told('two');
  assert.deepEqual(await told('three'), ['three']);
});
