/** What does not fit, what is not there for this app, and what changes while a question waits. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { answerPage, leavePage } from '../support/browser.ts';
import { expect, test } from '../support/test.ts';
import { terminal } from '../support/terminal.ts';

const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';

test('only what the app can have is offered, and how much is left out is said', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.set({ unavailable: ['airtable'] });
  const editor = await openEditor(project, { env: sandbox.env });
  await expect((await editor.connectors()).filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await editor.run('Base44: New Connector…');
  const input = editor.page.getByPlaceholder(/^Which service\? \d+ more are not available to this app\.$/);
  await input.fill('notion');
  await expect(editor.palette('Notion').first()).toHaveClass(/focused/);
  // Neither what the platform leaves out nor what has a file already is a choice.
  for (const name of ['Airtable', 'Slack User']) {
    await input.fill(name.toLowerCase());
    await expect(editor.palette('Notion')).toHaveCount(0);
    await expect(editor.palette(name)).toHaveCount(0);
  }
});

test('all that waits is authorized at once, and one line names what is still waited for', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack, notion: '{ "type": "notion" }\n' });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  await expect(editor.status).toContainText('2 pending');
  const consents: Page[] = [];
  editor.page.on('popup', (consent) => consents.push(consent));
  await editor.status.click();
  await editor.palette('Authorize all 2').click();
  await expect.poll(() => consents.length).toBe(2);
  const waiting = editor.page.locator('.statusbar-item', { hasText: 'in the browser' });
  await expect(waiting).toHaveCount(1);
  await expect(waiting).toContainText(/waiting for (Notion, Slack User|Slack User, Notion) in the browser/);
  const [first, second] = consents;
  await answerPage(first!, 'Approve');
  await expect(waiting).toContainText(/waiting for (Notion|Slack User) in the browser/);
  await answerPage(second!, 'Approve');
  await expect(editor.notifications.filter({ hasText: /Authorized: (Notion, Slack User|Slack User, Notion)\./ })).toBeVisible();
  await expect(editor.status).not.toContainText('pending');
});

test('a push that comes about in part says so once, with two ways on at most', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({
    slack,
    notion: '{ "type": "notion" }\n',
    hubspot: '{ "type": "hubspot", "scopes": ["oauth"] }\n',
  });
  await sandbox.signIn(project);
  await sandbox.change({ other_users: { slack: 'bob@example.com', hubspot: 'bob@example.com' } });
  const editor = await openEditor(project, { env: sandbox.env });
  await expect((await editor.connectors()).filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await editor.run('Base44: Push Connectors');
  await expect(editor.notifications).toHaveCount(1);
  await expect(editor.notifications).toContainText(/HubSpot.*Slack User/);
  await expect(editor.notifications).not.toContainText(/✓|Connectors pushed|Pushed\. /);
  expect(await editor.notifications.locator('.monaco-button').count()).toBeLessThanOrEqual(2);
  // A command leaves a line with the time behind.
  await editor.run('Base44: Show Output');
  await expect(editor.page.locator('.output-view .view-lines')).toContainText(/\d\d:\d\d:\d\d.*(hubspot|HubSpot)/);
});

test('offline, a sign-in says so with a way to try again; one that waits already can be left', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  const [device] = await Promise.all([
    editor.page.waitForEvent('popup'),
    rows.filter({ hasText: 'Signed out' }).click(),
  ]);
  await leavePage(device);
  const waiting = editor.notifications.filter({ hasText: 'Sign in with the code' });
  await expect(waiting).toBeVisible();
  await sandbox.stop();
  await waiting.getByRole('button', { name: 'Cancel' }).click();
  await expect(waiting).toHaveCount(0);
  await editor.run('Base44: Sign In');
  const told = editor.notifications.filter({ hasText: 'Check the connection.' });
  await expect(told).toBeVisible();
  await expect(told.getByRole('button', { name: 'Try Again' })).toBeVisible();
  await expect(editor.notifications).toHaveCount(1);
  await expect(editor.status).toContainText('signed out');
});

test('names of files that are long, run from right to left or smile are shown as they are', async ({ sandbox, newProject, openEditor }) => {
  const long = 'a'.repeat(200);
  const project = await newProject({ [long]: '{ "type": "" }\n', 'מחברים🚀': '{ "type": "" }\n', slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.connectors();
  await expect(editor.view.getByRole('treeitem', { name: `${long}.jsonc, file has errors` })).toBeVisible();
  await expect(editor.view.getByRole('treeitem', { name: 'מחברים🚀.jsonc, file has errors' })).toBeVisible();
  await expect(editor.status).toContainText('2 files have errors');
  await editor.run('Base44: Push Connectors');
  await expect(editor.notifications).toHaveCount(1);
  expect((await sandbox.requests()).filter((request) => !request.startsWith('GET'))).toEqual([]);
});

test('in a narrow window each row begins with what tells it apart', async ({ page, sandbox, newProject, openEditor }) => {
  await page.setViewportSize({ width: 640, height: 480 });
  const project = await newProject({
    google_search_console: '{ "type": "google_search_console" }\n',
    googleads: '{ "type": "googleads" }\n',
    slack,
  });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { slack: { scopes: ['chat:write'], user_email: `${'a'.repeat(60)}@example.com` } } });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  const { width } = (await editor.page.locator('.part.sidebar').boundingBox())!;
  await editor.widenSideBar(200 - width);
  await expect(rows).toHaveCount(3);
  const view = (await editor.view.boundingBox())!;
  for (const name of ['Google Ads', 'Google Search Console', 'Slack User']) {
    const label = (await rows.filter({ hasText: name }).locator('.label-name').boundingBox())!;
    expect(label.x + label.width, name).toBeLessThanOrEqual(view.x + view.width);
  }
});

test('in a narrow side bar the word of each state is whole', async ({ page, sandbox, newProject, openEditor }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  const calendar = '{ "type": "googlecalendar", "scopes": ["https://www.googleapis.com/auth/calendar.readonly"] }\n';
  const project = await newProject({ hubspot: '{ "type": "hubspot", "scopes": ["oauth"] }\n', slack, googlecalendar: calendar });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { notion: {} }, other_users: { hubspot: 'bob@example.com' } });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await editor.run('Base44: Push Connectors');
  await editor.decide('Keep and Create File');
  await expect(rows.filter({ hasText: 'HubSpot' })).toContainText('another user');
  await project.delete('base44/connectors/notion.jsonc');
  await page.keyboard.press('Control+W');
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('no file');
  const { width } = (await page.locator('.part.sidebar').boundingBox())!;
  await editor.widenSideBar(200 - width);
  const view = (await editor.view.boundingBox())!;
  for (const [name, word] of [
    ['HubSpot', 'another user'],
    ['Notion', 'no file'],
    ['Google Calendar', 'pending'],
  ] as const) {
    const description = rows.filter({ hasText: name }).locator('.label-description');
    // The word stands first: where it ends is measured, whatever follows it.
    const end = await description.evaluate((element, length) => {
      const range = document.createRange();
      range.setStart(element.firstChild!, 0);
      range.setEnd(element.firstChild!, length);
      return range.getBoundingClientRect().right;
    }, word.length);
    await expect(description).toContainText(new RegExp(`^${word}`));
    expect(end, name).toBeLessThanOrEqual(view.x + view.width);
  }
});

test('of three hundred connectors without a file some are named among the problems, and the rest is counted', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const many = Array.from({ length: 300 }, (_, at) => [`service${at}`, { scopes: [] as string[] }] as const);
  await sandbox.change({ connectors: Object.fromEntries(many) });
  const editor = await openEditor(project, { env: sandbox.env });
  const problems = await editor.problems();
  await expect(problems.filter({ hasText: 'A push would remove 293 more connectors from the app' })).toBeVisible();
  await expect(problems.filter({ hasText: 'A push would remove `service' })).toHaveCount(7);
  // The view has them all.
  await expect((await editor.connectors()).first()).toHaveAccessibleName(/service\d+, no file/);
});

test('of three messages in a row the newest two are in sight, and a code that is needed stays', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { slack: { scopes: ['chat:write'] } } });
  const editor = await openEditor(project, { env: sandbox.env });
  await expect((await editor.connectors()).filter({ hasText: 'Slack User' })).toContainText('ada@example.com');
  const messages = [
    ['Pull Connectors', 'already up to date'],
    ['Authorize…', 'No connector is pending authorization'],
    ['Scopes from Code', 'No function of this app'],
  ] as const;
  for (const [command, message] of messages) {
    await editor.run(`Base44: ${command}`);
    await expect(editor.notifications.filter({ hasText: message })).toBeVisible();
  }
  // Signed out by another window, the code of the next sign-in is one of the two.
  await terminal(project, sandbox, 'logout');
  await expect(editor.status).toContainText('signed out');
  const [device] = await Promise.all([editor.page.waitForEvent('popup'), editor.status.click()]);
  await leavePage(device);
  const code = editor.notifications.filter({ hasText: 'Sign in with the code' });
  await expect(code).toBeVisible();
  await editor.run('Base44: Scopes from Code');
  await editor.run('Base44: Get Started');
  await editor.page.locator('[data-step-id$="#authorize"]').click();
  await editor.page.locator('.gettingStartedContainer').getByRole('button', { name: 'Authorize…' }).click();
  await expect(editor.notifications.filter({ hasText: 'No connector is pending authorization' })).toBeVisible();
  await expect(code).toBeVisible();
});

test('what changes while a question waits is looked at again before anything is sent', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { notion: { user_email: 'ada@example.com' } } });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('no file');
  await editor.run('Base44: Push Connectors');
  await expect(editor.dialog).toContainText('Remove Notion');
  await project.write('base44/connectors/slack.jsonc', '{ "type": ');
  await expect(rows.filter({ hasText: 'file has errors' })).toHaveCount(1);
  await editor.decide('Remove and Push');
  await expect(editor.notifications.filter({ hasText: 'slack.jsonc' })).toBeVisible();
  expect((await sandbox.requests()).filter((request) => !request.startsWith('GET'))).toEqual([]);

  // A file that came while the list was open is not written over.
  await editor.run('Base44: New Connector…');
  const mine = '{\n  // mine\n  "type": "gmail",\n}\n';
  await expect(editor.page.getByPlaceholder('Which service?')).toBeVisible();
  await project.write('base44/connectors/gmail.jsonc', mine);
  await editor.pick('Which service?', 'gmail', 'Gmail');
  await expect(editor.page.getByPlaceholder('least power first')).toBeVisible();
  await editor.page.keyboard.press('Enter');
  await expect(editor.page.locator('.tab.active', { hasText: 'gmail.jsonc' })).toBeVisible();
  expect(await project.read('base44/connectors/gmail.jsonc')).toBe(mine);
});

test('a file that is dragged out of the folder is no connector of the app any more', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await mkdir(join(project.root, 'attic'));
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { slack: { scopes: ['chat:write'] } } });
  const editor = await openEditor(project, { env: sandbox.env, settings: { 'explorer.confirmDragAndDrop': false } });
  await editor.openFile('slack.jsonc');
  const files = editor.page.locator('.explorer-folders-view .monaco-list-row');
  await editor.page.keyboard.press('Control+Shift+E');
  await files.filter({ hasText: 'slack.jsonc' }).dragTo(files.filter({ hasText: 'attic' }));
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('no file');
  await rm(join(project.root, 'attic'), { recursive: true });
});

test('a sign-out in one window is seen in the other', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  const other = await editor.anotherWindow();
  await expect((await other.connectors()).filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await editor.run('Base44: Sign Out');
  await editor.decide('Sign Out');
  for (const window of [editor, other]) {
    await expect(window.status).toContainText('signed out');
  }
});

test('each push, consent, denial, pull and failure leaves a line with its time and id in the output', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  const row = (await editor.connectors()).filter({ hasText: 'Slack User' });
  await expect(row).toContainText('not pushed');
  await editor.act(row, 'Push Connectors');
  const [denied] = await Promise.all([editor.page.waitForEvent('popup'), editor.answer('Slack User', /^Authorize/)]);
  await answerPage(denied, 'Deny');
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.answer('Not authorized', 'Authorize Again')]);
  await answerPage(consent, 'Approve');
  await expect(row).toContainText('ada@example.com');
  await editor.closeToast(/Authorized: Slack User/);
  await editor.run('Base44: Pull Connectors');
  await editor.closeToast('already up to date');
  await sandbox.stop();
  await editor.run('Base44: Push Connectors');
  await expect(editor.notifications.filter({ hasText: 'Check the connection.' })).toBeVisible();
  await editor.run('Base44: Show Output');
  const lines = [
    'Push connectors.*Slack User',
    'Authorize connectors.*Not authorized: Slack User',
    'Authorize connectors.*Authorized: Slack User',
    'Pull connectors',
    'Push connectors.*Check the connection',
  ];
  const said = lines.map((line) => String.raw`\d\d:\d\d:\d\d\.\d+.\[\w+\].${line.replaceAll(' ', '.').replace('connectors', String.raw`connectors.\([^)]+\):`)}`);
  await expect(editor.page.locator('.output-view .view-lines')).toContainText(new RegExp(said.join('.*'), 's'));
});
