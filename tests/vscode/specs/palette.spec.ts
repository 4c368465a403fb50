/** Commands of the palette that no other test runs. */

import { terminal } from '../support/terminal.ts';
import { expect, test } from '../support/test.ts';

const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';

test('a new connector is chosen by its service, written and opened', async ({ newProject, openEditor, sandbox }) => {
  const project = await newProject();
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.run('Base44: New Connector…');
  await editor.pick('Which service?', 'google cal', 'Google Calendar');
  // What it may do: the tail of each scope with its meaning, least power first.
  const scopes = editor.page.locator('.quick-input-widget .monaco-list-row');
  await expect(scopes.first()).toContainText('usual');
  await editor.page.getByPlaceholder('least power first').fill('calendar.events.readonly');
  await scopes.filter({ hasText: 'calendar.events.readonly' }).first().getByRole('checkbox').check();
  await editor.page.keyboard.press('Enter');
  await expect(editor.page.locator('.tab.active', { hasText: 'googlecalendar.jsonc' })).toBeVisible();
  expect(await project.read('base44/connectors/googlecalendar.jsonc')).toContain(
    '"https://www.googleapis.com/auth/calendar.events.readonly"',
  );
  await expect((await editor.connectors()).filter({ hasText: 'Google Calendar' })).toContainText('not pushed');
});

test('a pull is agreed to by file, and then written', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { notion: {} } });
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.run('Base44: Pull Connectors');
  await expect(editor.dialog).toContainText('notion.jsonc');
  await expect(editor.dialog).toContainText(/delete base44\/connectors\/slack\.jsonc\. The app does not have Slack User\./);
  await editor.decide('Pull');
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('ada@example.com');
  await expect(rows.filter({ hasText: 'Slack User' })).toHaveCount(0);
  expect(await project.read('base44/connectors/notion.jsonc')).toContain('"type": "notion"');
});

test('signing out is agreed to, and the view offers to sign in', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.connectors();
  await expect(editor.badge).toHaveText('1');
  const problems = await editor.problems();
  await expect(problems.filter({ hasText: 'pending-authorization' })).toHaveCount(1);
  await editor.run('Base44: Sign Out');
  await expect(editor.dialog).toContainText('ada@example.com');
  await editor.decide('Sign Out');
  await expect(editor.status).toContainText('signed out');
  await expect((await editor.connectors()).filter({ hasText: 'Signed out' })).toBeVisible();
  await expect(editor.badge).toBeHidden();
  await expect(problems.filter({ hasText: 'pending-authorization' })).toHaveCount(0);
});

test('a push asks to save first, and takes what was saved', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.openFile('slack.jsonc');
  await editor.find('chat:write');
  await editor.page.keyboard.type('users:read');
  await editor.run('Base44: Push Connectors');
  await expect(editor.dialog).toContainText('slack.jsonc has changes that are not saved');
  await editor.decide('Cancel');
  expect((await sandbox.requests()).filter((request) => !request.startsWith('GET'))).toEqual([]);

  await editor.run('Base44: Push Connectors');
  await editor.decide('Save and Push');
  await editor.answer(/Slack User/, 'Later');
  expect(await project.read('base44/connectors/slack.jsonc')).toContain('users:read');
  await expect(editor.status).toContainText('1 pending');
});
