/** What a window told: a message is read at a glance, two at a time are the most that are read, and none is a command to type. */

import type { Page } from '@playwright/test';

/** What was told since the window opened. */
export interface Told {
  /** The longest message. */
  longest: string;
  /** The most messages that stood there at a time. */
  most: number;
  /** Texts, wherever they stood, that name a command line or a variable. */
  orders: string[];
}

/** A command to type, or a variable to set. */
const order = /base44-connectors (?:authorize|check|create|login|logout|pull|push|reconnect|status)\b|\bBASE44_[A-Z]|(?:^|\s)--[a-z]{2}/;

/** Where words of ours are shown. */
const places = [
  '.notification-list-item-message',
  '.monaco-dialog-box',
  '.monaco-hover',
  '.workbench-hover',
  '.codelens-decoration',
  '.markers-panel .monaco-list-row',
  '.tree-explorer-viewlet-tree-view .monaco-list-row',
  '.welcome-view-content',
  '.quick-input-widget',
  '.action-widget .monaco-list-row',
];

/** Keeps an eye on what every window shows that this page opens from now on. */
export async function watchTold(page: Page): Promise<void> {
  await page.addInitScript(
    ({ places, order }) => {
      const told = { longest: '', most: 0, orders: [] as string[] };
      Object.assign(globalThis, { told });
      const isOrder = new RegExp(order);
      let isLookingSoon = false;
      const lookForOrders = (): void => {
        isLookingSoon = false;
        for (const element of document.querySelectorAll<HTMLElement>(places)) {
          const text = element.innerText;
          if (isOrder.test(text) && !told.orders.includes(text)) {
            told.orders.push(text);
          }
        }
      };
      const look = (): void => {
        const messages = [...document.querySelectorAll('.notifications-toasts.visible .notification-list-item-message')];
        told.most = Math.max(told.most, messages.length);
        for (const { textContent } of messages) {
          if ((textContent ?? '').length > told.longest.length) {
            told.longest = textContent ?? '';
          }
        }
        // To read every word at each change would slow the editor down.
        if (!isLookingSoon) {
          isLookingSoon = true;
          setTimeout(lookForOrders, 200);
        }
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
    },
    { places: places.join(', '), order: order.source },
  );
}

/** What was told since the window opened. */
export function toldIn(page: Page): Promise<Told> {
  return page.evaluate(() => (globalThis as unknown as { told?: Told }).told ?? { longest: '', most: 0, orders: [] });
}
