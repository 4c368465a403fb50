/** The code of functions in the editor, beside the connector files: what needs no platform. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { sending } from '../support/samples.ts';
import { expect, test } from '../support/test.ts';

const readonly = `{
  // What the digest reads.
  "type": "googlecalendar",
  "scopes": ["https://www.googleapis.com/auth/calendar.readonly"]
}
`;

const entry = 'base44/functions/send/entry.ts';

test('a call that lacks a scope is underlined in the function, and its fix writes the scope into the connector file', async ({
  newProject,
  openEditor,
}) => {
  const project = await newProject({ googlecalendar: readonly });
  await project.write(entry, sending);
  const editor = await openEditor(project);
  await editor.openFile('googlecalendar.jsonc');
  await expect(editor.squiggles('warning').first()).toBeVisible();
  await editor.openFile('entry.ts');
  await expect(editor.squiggles('warning').first()).toBeVisible();
  // What the finding says stands there once, with what only the card has.
  const card = await editor.hover('calendars/primary');
  await expect(card).toContainText('base44/connectors/googlecalendar.jsonc, with');
  await expect(card).not.toContainText('Needs:');
  await editor.page.keyboard.press('Escape');
  await editor.find('calendars/primary');
  await editor.fixes('auth/calendar.events');
  await editor.page.keyboard.press('Enter');
  await expect(editor.squiggles('warning')).toHaveCount(0);
  await editor.page.locator('.tab', { hasText: 'googlecalendar.jsonc' }).click();
  await expect(editor.text).toContainText('auth/calendar.events');
  // A meaning in plain words, each said once.
  await editor.page.locator('.view-lines').getByText('calendar.events').hover();
  await expect(editor.page.locator('.monaco-hover:visible').first()).toContainText('Sensitive: the provider verifies the app first.');
  await editor.save();
  const saved = await project.read('base44/connectors/googlecalendar.jsonc');
  expect(saved).toContain('// What the digest reads.');
  expect(saved).toContain('https://www.googleapis.com/auth/calendar.events');
});

test('a connector unfolds to the functions that use it, and says above its file how many there are', async ({
  newProject,
  openEditor,
}) => {
  const project = await newProject({ googlecalendar: readonly });
  await project.write(entry, sending);
  const editor = await openEditor(project);
  await editor.openFile('googlecalendar.jsonc');
  await expect(editor.page.locator('.codelens-decoration', { hasText: 'Used by 1 function' })).toBeVisible();
  const row = (await editor.connectors()).filter({ hasText: 'Google Calendar' });
  await row.locator('.monaco-tl-twistie').click();
  await expect(editor.view.getByRole('treeitem', { name: /^send uses Google Calendar/ })).toBeVisible();
  await editor.openFile('entry.ts');
  await editor.cursorAfter("getConnection('google");
  await editor.page.keyboard.press('F12');
  await expect(editor.page.locator('.tab.active', { hasText: 'googlecalendar.jsonc' })).toBeVisible();
});

test('a service is completed where code takes its token, and one without a file gets it by a fix', async ({ newProject, openEditor }) => {
  const project = await newProject({ slack: '{ "type": "slack", "scopes": ["chat:write"] }\n' });
  await project.write(entry, sending.replace("'googlecalendar'", "'gmail'"));
  const editor = await openEditor(project);
  await editor.openFile('entry.ts');
  await expect(editor.squiggles('warning').first()).toBeVisible();
  await editor.find('gmail');
  await editor.fixes('Create the file of');
  await editor.page.keyboard.press('Enter');
  await expect.poll(() => project.read('base44/connectors/gmail.jsonc').catch(() => '')).toContain('"type": "gmail"');
  await editor.page.locator('.tab', { hasText: 'entry.ts' }).click();
  await editor.cursorAfter("getConnection('gmail");
  await editor.page.keyboard.press('Control+Backspace');
  await editor.page.keyboard.type('sla');
  await editor.page.keyboard.press('Control+Space');
  await expect(editor.suggestions.filter({ hasText: 'slack' }).first()).toHaveClass(/focused/);
  await expect(editor.suggestions.filter({ hasText: 'slack' }).first()).toContainText('file here');
});

test('an app whose functions use connectors, and that is no project yet, is told so once, with the way to one', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject();
  await rm(join(project.root, 'base44', 'config.jsonc'));
  await project.write(entry, sending);
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { googlecalendar: { scopes: ['https://www.googleapis.com/auth/calendar.readonly'] } } });
  const editor = await openEditor(project, { env: sandbox.env });
  const problem = (await editor.problems()).filter({ hasText: 'missing-connector' });
  await expect(problem).toHaveCount(1);
  await problem.click();
  await expect(editor.squiggles('info')).toHaveCount(1);
  await editor.find("'googlecalendar'");
  await editor.fixes('Set up this folder');
  await editor.page.keyboard.press('Enter');
  // The file that names the app stays, so nothing is asked; pull is the next step, and the problem says so.
  // The view comes up by itself.
  const row = editor.view.getByRole('treeitem', { name: /^Google Calendar/ });
  await expect(row).toContainText('no file');
  expect(JSON.parse(await project.read('base44/config.jsonc'))).toEqual({ name: 'acme-crm' });
  await expect(problem).toContainText('no connectors folder');
  await editor.run('Base44: Pull Connectors');
  await editor.decide('Pull');
  await expect(row).toContainText('ada@example.com');
  await expect(problem).toHaveCount(0);
});
