/** What a window costs as it comes up: soon where there is a project, nothing where there is none. */

import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Locator } from '@playwright/test';

import { servers } from '../support/processes.ts';
import { terminal } from '../support/terminal.ts';
import { expect, test } from '../support/test.ts';

const misspelt = '{ "type": "slack", "scopes": ["chat:wite"] }\n';

test('a window without a Base44 project starts nothing of ours, and the palette has the first steps', async ({ newProject, openEditor }) => {
  const project = await newProject();
  const folder = await mkdtemp(join(project.base, 'other-'));
  await writeFile(join(folder, 'package.json'), '{}\n');
  const editor = await openEditor(project, { folder });
  await editor.openFile('package.json');
  const running = await editor.runningExtensions();
  // What the built-in support of the open file is built in: all that starts with a window has started.
  await expect(running.filter({ hasText: 'npm' })).toBeVisible();
  await expect(running.filter({ hasText: 'Base44' })).toHaveCount(0);
  await editor.openPalette('Base44');
  await expect(editor.palette('Base44: ')).toHaveCount(3);
  await expect(editor.palette('Base44: Set Up This Folder')).toBeVisible();
  await expect(editor.palette('Base44: Sign In')).toBeVisible();
  await expect(editor.status).toHaveCount(0);
  await expect(editor.page.locator('.activitybar a[aria-label^="Base44"]')).toHaveCount(0);
  await editor.palette('Base44: Get Started').click();
  const walkthrough = editor.page.locator('.gettingStartedContainer');
  await expect(walkthrough).toContainText('Open the folder of your app');
  await expect(walkthrough).not.toContainText('`');
  // What needs a project leads to one.
  await walkthrough.locator('[data-step-id$="#push"]').click();
  await walkthrough.getByRole('button', { name: 'Push Connectors' }).click();
  const told = editor.notifications.filter({ hasText: 'A connector belongs to a Base44 project, and none is open.' });
  await expect(told.getByRole('button', { name: 'Set Up This Folder' })).toBeVisible();
  expect(await servers()).toEqual([]);
  await expect(editor.status).toHaveCount(0);
  await expect(editor.page.locator('.activitybar a[aria-label^="Base44"]')).toHaveCount(0);
  await editor.openPalette('Base44');
  await expect(editor.palette('Base44: ')).toHaveCount(3);
});

test('a step of the walkthrough is done once what it is for is done, not once its command ran', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack: '{ "type": "slack", "scopes": ["chat:write"] }\n' });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  await expect(editor.status).toContainText('1 to push');
  await editor.run('Base44: Get Started');
  const done = (step: string): Locator => editor.page.locator(`[data-done-step-id$="#${step}"].complete`).first();
  for (const step of ['project', 'signIn', 'connector']) {
    await expect(done(step)).toBeVisible();
  }
  // Neither says that anything waits, nor that anything was pushed.
  await editor.run('Base44: Authorize…');
  await expect(editor.notifications.filter({ hasText: 'No connector is pending authorization' })).toBeVisible();
  for (const step of ['push', 'authorize']) {
    await expect(done(step)).toHaveCount(0);
  }
  // Whoever does it.
  await terminal(project, sandbox, 'push', '--yes');
  await expect(editor.status).toContainText('1 pending');
  await expect(done('push')).toBeVisible();
  await expect(done('authorize')).toHaveCount(0);
  await sandbox.change({ connectors: { slack: { scopes: ['chat:write'] } } });
  await editor.run('Base44: Refresh Connectors');
  await expect(done('authorize')).toBeVisible();
});

test('a window with a connector file has its diagnostics as it comes up', async ({ page, newProject, openEditor }) => {
  // The page notes the moment by itself: nothing that watches it from outside is in the figures.
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector('.squiggly-warning') !== null) {
        performance.mark('firstDiagnostics');
        observer.disconnect();
      }
    }).observe(document, { childList: true, subtree: true });
  });
  const project = await newProject({ slack: misspelt });
  const editor = await openEditor(project, { file: 'base44/connectors/slack.jsonc' });
  await expect(editor.squiggles('warning')).toBeVisible();
  const at = (mark: string): Promise<number> =>
    page.evaluate((name) => performance.timeOrigin + (performance.getEntriesByName(name)[0]?.startTime ?? NaN), mark);
  const [shown, first] = [await at('code/didRestoreEditors'), await at('firstDiagnostics')];
  const started = await editor.activated();
  console.log(
    `summary: first diagnostics ${Math.round(first - started)} ms after the editor started the extension, ` +
      `${Math.round(first - shown)} ms after it showed the file`,
  );
});
