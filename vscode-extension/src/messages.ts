/** Messages to the person: no more than two stand there at a time, and what is newest is always seen. */

import { commands, Disposable, window, type MessageItem } from 'vscode';

import { Shown } from './shown';

export type Kind = 'error' | 'warning' | 'information';

const shown = new Shown();
const listeners = new Set<() => void>();
/** Messages that come at once are shown one after another. */
let turn: Promise<unknown> = Promise.resolve();

/** What shows a message of a kind: beside the work or, if it is modal, before it. */
export function shower(kind: Kind): typeof window.showErrorMessage {
  switch (kind) {
    case 'error':
      return window.showErrorMessage;
    case 'warning':
      return window.showWarningMessage;
    case 'information':
      return window.showInformationMessage;
  }
}

/** Tells the person something, beside their work; gives what they chose, once they did. */
export async function tell<T extends MessageItem>(kind: Kind, message: string, ...choices: T[]): Promise<T | undefined> {
  const gone = await room(kind === 'error' && choices.length > 0);
  try {
    return await shower(kind)(message, ...choices);
  } finally {
    gone();
  }
}

/** The same with choices that are no more than their titles. */
export async function choose(kind: Kind, message: string, ...titles: string[]): Promise<string | undefined> {
  return (await tell(kind, message, ...titles.map((title) => ({ title }))))?.title;
}

/**
 * Makes room for a message that `stays` until it is closed, or that goes by itself; gives what is to be called once it is
 * gone. What was there goes to the editor's list of notifications, where it can still be answered.
 */
export function room(stays: boolean): Promise<() => void> {
  const taken = turn.then(async () => {
    if (shown.wait > 0) {
      await new Promise((resolve) => setTimeout(resolve, shown.wait));
    }
    if (shown.isFull) {
      // An editor without this command shows one more.
      await commands.executeCommand('notifications.hideToasts').then(undefined, () => undefined);
      shown.clear();
      listeners.forEach((listener) => {
        listener();
      });
    }
    return shown.add(stays);
  });
  turn = taken.catch(() => undefined);
  return taken;
}

/** What was there has gone out of sight for a message: whatever still waits for the person has to be shown anew. */
export function onMadeRoom(listener: () => void): Disposable {
  listeners.add(listener);
  return new Disposable(() => listeners.delete(listener));
}

/** The person looks at the window, or no longer does. */
export function lookedAt(isFocused: boolean): void {
  shown.focus(isFocused);
}
