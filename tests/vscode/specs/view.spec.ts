/** The Connectors view: what each row offers, and several projects in one window. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { answerPage } from '../support/browser.ts';
import { expect, test } from '../support/test.ts';
import { terminal } from '../support/terminal.ts';

const slack = '{\n  // who posts\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';

test("a row takes the platform's scopes into its file", async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { slack: { scopes: ['chat:write', 'users:read'] } } });
  const editor = await openEditor(project, { env: sandbox.env });
  const row = (await editor.connectors()).filter({ hasText: 'Slack User' });
  await expect(row).toContainText('scopes differ');
  await row.hover();
  await expect(editor.page.locator('.workbench-hover:visible')).toContainText('Only in the app: users:read');
  await editor.act(row, "Take the App's Scopes");
  await expect(editor.text).toContainText('users:read');
  await expect(editor.text).toContainText('// who posts');
  // Nothing of the person's own was in it: it is saved, and the row follows.
  await expect(editor.page.locator('.tab.active', { hasText: 'slack.jsonc' })).not.toHaveClass(/dirty/);
  await expect(row).toContainText('ada@example.com · 2 scopes');
});

test('a row of another user is reconnected, agreed to by name', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ other_users: { slack: 'bob@example.com' } });
  const editor = await openEditor(project, { env: sandbox.env });
  const row = (await editor.connectors()).filter({ hasText: 'Slack User' });
  await expect(row).toContainText('not pushed');
  await editor.act(row, 'Push Connectors');
  await expect(editor.notifications.filter({ hasText: 'bob@example.com' })).toBeVisible();
  await expect(row).toContainText('another user · bob@example.com');
  await editor.act(row, 'Reconnect with Another Account');
  const [consent] = await Promise.all([
    editor.page.waitForEvent('popup'),
    editor.decide('Reconnect Slack User'),
  ]);
  await answerPage(consent, 'Approve');
  await expect(row).toContainText('ada@example.com · 1 scope');
  expect(await sandbox.connectors()).toHaveProperty('slack');
});

test('a Stripe sandbox is claimed from its row', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ stripe: '{ "type": "stripe" }\n' });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  const row = (await editor.connectors()).filter({ hasText: 'Stripe' });
  await expect(row).toContainText('to be claimed');
  const [claim] = await Promise.all([editor.page.waitForEvent('popup'), editor.act(row, 'Claim the Stripe Sandbox')]);
  await answerPage(claim, 'Claim');
  await editor.run('Base44: Refresh Connectors');
  await expect(row).toContainText('provisioned');
});

test('projects of one window each have their rows, and a command asks for which', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const shop = join(project.base, 'shop');
  await mkdir(join(shop, 'base44', 'connectors'), { recursive: true });
  await writeFile(join(shop, 'base44', 'config.jsonc'), '{ "name": "Shop" }\n');
  await writeFile(join(shop, 'base44', '.app.jsonc'), '{ "id": "65f1a2b3c4d5e6f708192a3c" }\n');
  await writeFile(join(shop, 'base44', 'connectors', 'notion.jsonc'), '{ "type": "notion" }\n');
  const workspace = join(project.base, 'both.code-workspace');
  await writeFile(workspace, JSON.stringify({ folders: [{ path: project.root }, { path: shop }] }));
  const editor = await openEditor(project, { env: sandbox.env, workspace });
  const rows = await editor.connectors();
  await expect(rows).toContainText(['Acme CRM', 'Slack User', 'Shop', 'Notion']);
  await editor.menuOf(rows.filter({ hasText: 'Shop' }));
  await expect(editor.menu).toHaveText(['Push Connectors', 'Preview Push', 'Pull Connectors', 'New Connector…', 'Open Dashboard']);
  await editor.page.keyboard.press('Escape');
  await editor.run('Base44: Push Connectors');
  await editor.palette('Shop').click();
  await editor.answer(/Notion/, 'Later');
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('pending');
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  expect((await sandbox.requests()).filter((request) => request.startsWith('PUT'))).toHaveLength(1);
});

test('the row of a file is selected that was open before there were rows', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack, notion: '{ "type": "notion" }\n' });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env, file: 'base44/connectors/slack.jsonc' });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toHaveClass(/selected/);
  await editor.run('Base44: Restart Language Server');
  await expect(rows.filter({ hasText: 'Slack User' })).toHaveClass(/selected/);
});

test('the row of the open file is selected, and the one that was clicked last stays so', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack, notion: '{ "type": "notion" }\n' });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { gmail: { scopes: [] } } });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  const row = (name: string) => rows.filter({ hasText: name });
  const tab = (name: string) => editor.page.locator('.tab.active', { hasText: name });
  await expect(row('Gmail')).toContainText('no file');
  await editor.openFile('notion.jsonc');
  await expect(row('Notion')).toHaveClass(/selected/);
  // The file comes up a moment after the click, and another row is clicked before.
  await row('Slack User').click();
  await row('Gmail').click();
  await expect(tab('slack.jsonc')).toBeVisible();
  await expect(row('Gmail')).toHaveClass(/selected/);
  await editor.openFile('notion.jsonc');
  await expect(row('Notion')).toHaveClass(/selected/);
  await editor.openFile('slack.jsonc');
  await expect(row('Slack User')).toHaveClass(/selected/);
});
