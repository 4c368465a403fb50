/** The platform in the editor: push, authorize, and everything that follows by itself. */

import { rm } from 'node:fs/promises';

import type { Locator } from '@playwright/test';

import { answerPage, leavePage } from '../support/browser.ts';
import { expect, test } from '../support/test.ts';
import { terminal } from '../support/terminal.ts';

const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write", "channels:read"],\n}\n';
const notion = '{ "type": "notion" }\n';

test('a push asks before it removes, and what is new waits to be authorized', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { notion: { status: 'active' } } });
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.openFile('slack.jsonc');
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('no file');

  await editor.run('Base44: Push Connectors');
  await expect(editor.dialog).toContainText('Remove Notion');
  expect(Object.keys(await sandbox.connectors())).toEqual(['notion']);
  await editor.decide('Remove and Push');
  await editor.answer(/Slack User/, 'Later');

  await expect.poll(() => sandbox.connectors()).not.toHaveProperty('notion');
  await expect(editor.squiggles('warning')).toBeVisible();
  await expect((await editor.problems()).filter({ hasText: 'pending-authorization' })).toBeVisible();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('pending');
  await expect(rows.filter({ hasText: 'Notion' })).toHaveCount(0);
  await expect(editor.status).toContainText('1 pending');
});

test('a push draws the lens above the first line anew', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.openFile('slack.jsonc');
  await editor.run('Base44: Push Connectors');
  await editor.answer(/Slack User/, 'Later');
  await expect(editor.lenses.filter({ hasText: 'Authorize' })).toBeVisible();
});

test('a lens follows though the focus leaves the file meanwhile', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.openFile('slack.jsonc');
  const rows = await editor.connectors();
  await expect(editor.lenses).toContainText(['Not pushed']);
  const pushed = terminal(project, sandbox, 'push', '--yes');
  const seen = rows.filter({ hasText: 'pending' });
  do {
    // VS Code drops a request that it was about to make as the text loses the focus.
    await editor.page.keyboard.press('Control+1');
    await editor.page.keyboard.press('Control+Shift+M');
  } while (!(await seen.isVisible()));
  await pushed;
  await expect(editor.lenses.filter({ hasText: 'Authorize' })).toBeVisible();
});

test('consent through the link of a problem is seen by file, lens, view and status bar', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.openFile('slack.jsonc');
  const rows = await editor.connectors();
  await expect(editor.status).toContainText('1 pending');
  const problem = (await editor.problems()).filter({ hasText: 'pending-authorization' });
  await expect(problem).toBeVisible();

  const [consent] = await Promise.all([
    editor.page.waitForEvent('popup'),
    problem.locator('a', { hasText: 'pending-authorization' }).click(),
  ]);
  await answerPage(consent, 'Approve');

  await expect(problem).toHaveCount(0);
  await expect(editor.squiggles('warning')).toHaveCount(0);
  await expect(editor.lenses).toContainText(['Authorized']);
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('ada@example.com · 2 scopes');
  await expect(editor.status).not.toContainText('pending');
  // A click on what only tells a state leads to its row, and out of no editor.
  await editor.lenses.getByRole('button', { name: /Authorized/ }).click();
  await expect(rows.filter({ hasText: 'Slack User' })).toHaveClass(/focused/);
});

test('a push from a terminal is seen in the open editor', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack, notion });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.openFile('slack.jsonc');
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');

  await terminal(project, sandbox, 'push', '--yes');

  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('pending');
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('pending');
  await expect(editor.lenses.filter({ hasText: 'Authorize' })).toBeVisible();
  await expect(editor.status).toContainText('2 pending');
});

test('the status bar leads to what is pending, and the browser opens for it', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack, notion });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  await expect(editor.status).toContainText('2 pending');
  await editor.status.click();
  await expect(editor.palette('Authorize all 2')).toBeVisible();
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.palette('Notion').click()]);
  await answerPage(consent, 'Approve');
  await expect(editor.status).toContainText('1 pending');
  await expect(editor.notifications.filter({ hasText: 'Authorized: Notion' })).toBeVisible();
});

test('a preview says what a push would do, and does nothing', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { notion: {}, slack: { scopes: ['chat:write', 'users:read'] } } });
  const editor = await openEditor(project, { env: sandbox.env });
  await expect(editor.status).toBeVisible();
  await editor.run('Base44: Preview Push');
  await expect(editor.page.locator('.tab.active', { hasText: 'push plan' })).toBeVisible();
  for (const expected of ['Notion', 'channels:read', 'users:read']) {
    await expect(editor.text).toContainText(expected);
  }
  await expect(editor.lenses).toContainText(['Push now']);
  expect((await sandbox.requests()).filter((request) => !request.startsWith('GET'))).toEqual([]);
});

test('a plan cannot be pushed again while it is pushed, nor once it is past', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { notion: {} } });
  const editor = await openEditor(project, { env: sandbox.env });
  await expect(editor.status).toContainText('1 to push');
  await editor.run('Base44: Preview Push');
  const lens = (title: string): Locator => editor.lenses.getByRole('button', { name: title, exact: true });
  const inTitle = editor.page.locator('.editor-actions').getByRole('button', { name: 'Push Connectors' });
  await lens('Push now').click();
  await expect(inTitle).toHaveCount(0);
  await editor.decide('Cancel');
  await expect(inTitle).toBeVisible();
  await lens('Push now').click();
  await editor.decide('Remove and Push');
  await expect(editor.notifications.filter({ hasText: 'Removed: Notion' })).toBeVisible();
  await expect(lens('Push now')).toHaveCount(0);
  await expect(editor.text).toContainText(/this.plan.is.past/);
  await expect(lens('Plan again')).toBeVisible();
  await expect(inTitle).toHaveCount(0);
});

test('signing in from the status bar', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Signed out' })).toBeVisible();
  await expect(editor.status).toContainText('signed out');
  const [device] = await Promise.all([editor.page.waitForEvent('popup'), editor.status.click()]);
  // One message has all there is to do, and goes when it is over.
  const message = editor.notifications.filter({ hasText: 'Sign in with the code' });
  await expect(message).toContainText(/code [A-Z0-9]{4}-[A-Z0-9]{4}.*Copy Code · Open Browser Again/);
  await expect(editor.notifications).toHaveCount(1);
  const [again] = await Promise.all([
    editor.page.waitForEvent('popup'),
    message.getByText('Open Browser Again').click(),
  ]);
  await leavePage(again);
  await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await message.getByText('Copy Code').click();
  const [, code] = /code (\S+?):/.exec(await message.innerText()) ?? [];
  await expect.poll(() => editor.page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  // Asked for once more, it is the same sign-in.
  const [oncemore] = await Promise.all([editor.page.waitForEvent('popup'), editor.run('Base44: Sign In')]);
  await leavePage(oncemore);
  await expect(editor.notifications).toHaveCount(1);
  await expect(message).toContainText(code!);
  await answerPage(device, 'Approve');
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await expect(editor.status).not.toContainText('signed out');
  await expect(message).toHaveCount(0);
});

test('a restricted window asks nothing of the platform until it is trusted', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack: slack.replace('chat:write', 'chat:wite') });
  await sandbox.signIn(project);
  const editor = await openEditor(project, {
    env: sandbox.env,
    trusted: false,
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  });
  await editor.openFile('slack.jsonc');
  await expect(editor.squiggles('warning')).toBeVisible();
  await expect(editor.status).toContainText('restricted');
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Restricted mode' })).toBeVisible();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('1 problem');
  await editor.openPalette('Base44: ');
  await expect(editor.palette('Base44: Show Output')).toBeVisible();
  await expect(editor.palette('Push')).toHaveCount(0);
  await editor.page.keyboard.press('Escape');
  await editor.find('chat:wite');
  await editor.page.keyboard.type('chat:write');
  await editor.save();
  await expect(editor.squiggles('warning')).toHaveCount(0);
  expect(await sandbox.requests()).toEqual([]);

  await editor.status.click();
  await editor.page.locator('.workspace-trust-editor').getByRole('button', { name: /^Trust/ }).first().click();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  expect(await sandbox.requests()).not.toEqual([]);
});

test('two windows on one project follow each other', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  const other = await editor.anotherWindow();
  await expect((await other.connectors()).filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await Promise.all([editor.run('Base44: Push Connectors'), other.run('Base44: Push Connectors')]);
  for (const window of [editor, other]) {
    await window.answer(/Slack User/, 'Later');
    await expect(window.status).toContainText('1 pending');
  }
  await editor.status.click();
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.palette('Slack User').click()]);
  await answerPage(consent, 'Approve');
  for (const window of [editor, other]) {
    await expect(window.status).not.toContainText('pending');
  }
  await expect((await other.connectors()).filter({ hasText: 'Slack User' })).toContainText('ada@example.com');
});

test('a project that is deleted meanwhile is not pushed, and nothing is removed for it', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { slack: { scopes: ['chat:write', 'channels:read'] } } });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('ada@example.com');
  await rm(project.root, { recursive: true });
  await expect(editor.page.getByText('No Base44 project is open')).toBeVisible();
  await expect(editor.status).toHaveCount(0);
  await editor.openPalette('Base44');
  await expect(editor.palette('Base44: Sign In')).toBeVisible();
  await expect(editor.palette('Base44: Push Connectors')).toHaveCount(0);
  expect((await sandbox.requests()).filter((request) => !request.startsWith('GET'))).toEqual([]);
});
