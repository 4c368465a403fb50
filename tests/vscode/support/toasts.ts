/** What a window told in notifications: a message is read at a glance, and two at a time are the most that are read. */

import type { Page } from '@playwright/test';

/** The longest message, and the most that stood there at a time. */
export interface Toasts {
  longest: string;
  most: number;
}

/** Keeps an eye on the notifications of every window that this page opens from now on. */
export async function watchToasts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { longest: '', most: 0 };
    Object.assign(globalThis, { seenToasts: seen });
    const look = (): void => {
      const messages = [...document.querySelectorAll('.notifications-toasts.visible .notification-list-item-message')];
      seen.most = Math.max(seen.most, messages.length);
      for (const { textContent } of messages) {
        if ((textContent ?? '').length > seen.longest.length) {
          seen.longest = textContent ?? '';
        }
      }
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
}

/** What was seen since the window opened. */
export function toastsOf(page: Page): Promise<Toasts> {
  return page.evaluate(() => (globalThis as unknown as { seenToasts?: Toasts }).seenToasts ?? { longest: '', most: 0 });
}
