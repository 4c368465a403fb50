/** The pages that open in the browser beside the editor: a consent, a sign-in, a claim. */

import { expect, type Page } from '@playwright/test';

/** Presses a button of the page, reads what came of it, and closes it. */
export async function answerPage(page: Page, button: 'Approve' | 'Deny' | 'Claim'): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  // Closed any sooner, it may take its answer along, or never say that it is closed.
  await expect(page.locator('.result')).toBeVisible();
  await close(page);
}

/** Closes a page that is left unanswered, once it is there. */
export async function leavePage(page: Page): Promise<void> {
  await expect(page.locator('main')).toBeVisible();
  await close(page);
}

/** Closes a page, and leaves the window before it in front: one that stays behind draws next to nothing, and no message. */
async function close(page: Page): Promise<void> {
  const [window, ...others] = page.context().pages().filter((one) => one !== page);
  await page.close();
  if (others.length === 0) {
    await window?.bringToFront();
  }
}
