/** Connector files in the editor: what needs no platform. */

import { rename } from 'node:fs/promises';
import { join } from 'node:path';

import type { Editor } from '../support/editor.ts';
import { expect, test } from '../support/test.ts';

/** One scope twice, which is one warning. */
const repeated = '{\n  "type": "slack",\n  "scopes": ["chat:write", "chat:write"]\n}\n';

/** Opens that file, and puts the cursor where the next scope would be typed. */
async function behindTheScopes(editor: Editor): Promise<void> {
  await editor.openFile('slack.jsonc');
  await expect(editor.squiggles('warning')).toHaveCount(1);
  await editor.cursorAfter('chat:write"]');
  await editor.page.keyboard.press('ArrowLeft');
}

const misspelt = '// Posts the daily summary.\n{\n  "type": "slack",\n  "scopes": ["chat:wite"],\n}\n';

test('a mistake is underlined and listed among the problems, with a link that explains it', async ({
  newProject,
  openEditor,
}) => {
  const editor = await openEditor(await newProject({ slack: misspelt }));
  await editor.openFile('slack.jsonc');
  await expect(editor.squiggles('warning')).toBeVisible();
  const problem = (await editor.problems()).filter({ hasText: 'Did you mean `chat:write`?' });
  await expect(problem).toContainText('base44');
  expect(await editor.addressOf(problem.locator('a', { hasText: 'unknown-scope' }))).toMatch(
    /FINDINGS\.md#unknown-scope$/,
  );
});

test('a quick fix is applied with the keyboard', async ({ newProject, openEditor }) => {
  const project = await newProject({ slack: misspelt });
  const editor = await openEditor(project);
  await editor.openFile('slack.jsonc');
  await expect(editor.squiggles('warning')).toBeVisible();
  await editor.find('chat:wite');
  await editor.fixes('chat:write');
  await editor.page.keyboard.press('Enter');
  await expect(editor.text).toContainText('chat:write');
  await expect(editor.squiggles('warning')).toHaveCount(0);
  await editor.save();
  expect(await project.read('base44/connectors/slack.jsonc')).toBe(misspelt.replace('chat:wite', 'chat:write'));
  // One step back, and the mistake is there again with its line.
  await editor.page.keyboard.press('Control+Z');
  await expect(editor.text).toContainText('chat:wite');
  await expect(editor.squiggles('warning')).toHaveCount(1);
});

test('scopes are completed as they are typed, those that are listed left out', async ({ newProject, openEditor }) => {
  const project = await newProject({ slack: '{\n  "type": "slack",\n  "scopes": ["chat:write"]\n}\n' });
  const editor = await openEditor(project);
  await editor.openFile('slack.jsonc');
  await editor.cursorAfter('"chat:write"');
  await editor.page.keyboard.type(', "chan');
  const suggestion = editor.suggestions.filter({ hasText: 'channels:read' });
  await expect(suggestion.first()).toBeVisible();
  await expect(editor.suggestions.filter({ hasText: /^chat:write$/ })).toHaveCount(0);
  await editor.page.keyboard.type('nels:read');
  await expect(suggestion.first()).toHaveClass(/focused/);
  await editor.page.keyboard.press('Enter');
  await expect(editor.text).toContainText('"channels:read"');
});

test('scopes are offered with least power first: the usual ones, then reading, writing, and the restricted last', async ({
  newProject,
  openEditor,
}) => {
  const editor = await openEditor(await newProject({ gmail: '{\n  "type": "gmail",\n  "scopes": []\n}\n' }));
  await editor.openFile('gmail.jsonc');
  await editor.cursorAfter('"scopes": [');
  await editor.page.keyboard.press('Control+Space');
  await expect(editor.suggestions.first()).toHaveAccessibleName(/^gmail\.send\b/);
  const names = (await editor.suggestions.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? '')))
    .map((label) => label.split(',')[0]);
  const usual = ['gmail.send', 'gmail.readonly', 'gmail.compose', 'gmail.modify'];
  const reading = ['gmail.addons.current.message.metadata', 'gmail.addons.current.message.readonly', 'email'];
  expect(names.slice(0, 7)).toEqual([...usual, ...reading]);
  // The list goes round: what stands above the first is the last.
  const focused = editor.page.locator('.suggest-widget .monaco-list-row.focused');
  for (const last of ['https://mail.google.com/', 'gmail.settings.sharing', 'gmail.settings.basic', 'gmail.insert', 'gmail.metadata', 'gmail.labels']) {
    await editor.page.keyboard.press('ArrowUp');
    await expect(focused).toHaveAccessibleName(new RegExp(`^${last}(?=,|$)`));
  }
});

test('quotes that are being filled are no mistake; those that are left empty are', async ({ newProject, openEditor }) => {
  const editor = await openEditor(await newProject({ slack: repeated }));
  await behindTheScopes(editor);
  await editor.page.keyboard.type(', "');
  await expect(editor.suggestions.first()).toBeVisible();
  await expect(editor.squiggles('warning')).toHaveCount(1);
  await editor.page.keyboard.press('Escape');
  await editor.save();
  await expect(editor.squiggles('warning')).toHaveCount(2);
});

test('half a name is no mistake while it is typed, and one that is left is', async ({ newProject, openEditor }) => {
  const editor = await openEditor(await newProject({ slack: repeated }));
  await behindTheScopes(editor);
  await editor.page.keyboard.type(', "chat:wr');
  await expect(editor.suggestions.filter({ hasText: 'admin.chat:write' }).first()).toBeVisible();
  await expect(editor.squiggles('warning')).toHaveCount(1);
  await editor.page.keyboard.press('Escape');
  await editor.page.keyboard.press('End');
  await expect(editor.squiggles('warning')).toHaveCount(2);
  // Typed on, it is unfinished again, until the file is saved.
  await editor.cursorAfter('chat:wr"');
  await editor.page.keyboard.press('ArrowLeft');
  await editor.page.keyboard.type('o');
  await expect(editor.squiggles('warning')).toHaveCount(1);
  await editor.page.keyboard.press('Escape');
  await editor.save();
  await expect(editor.squiggles('warning')).toHaveCount(2);
});

test('a connector is written with the keyboard alone: a line begins with Enter, keys come as pairs, and each list opens by itself', async ({
  newProject,
  openEditor,
}) => {
  const project = await newProject({ chat: '' });
  const editor = await openEditor(project);
  await editor.openFile('chat.jsonc');
  const { keyboard } = editor.page;
  const chosen = (text: string): Promise<void> => expect(editor.suggestions.filter({ hasText: text }).first()).toHaveClass(/focused/);
  await editor.text.click();
  await keyboard.type('{');
  await keyboard.press('Enter');
  await keyboard.type('ty');
  await chosen('type');
  await keyboard.press('Enter');
  // What may stand in the value is there without a key.
  await expect(editor.suggestions.first()).toBeVisible();
  await keyboard.type('slac');
  await chosen('slack');
  await keyboard.press('Enter');
  await keyboard.press('End');
  await keyboard.type(',');
  await keyboard.press('Enter');
  await keyboard.type('"sc');
  await chosen('scopes');
  await keyboard.press('Enter');
  await expect(editor.suggestions.first()).toBeVisible();
  await keyboard.type('"chat:wri');
  await chosen('chat:write');
  await keyboard.press('Enter');
  await editor.save();
  expect(await project.read('base44/connectors/chat.jsonc')).toBe('{\n  "type": "slack",\n  "scopes": ["chat:write"]\n}');
});

test('a file that is deleted or renamed outside takes its row along while its tab is open, and brings it back', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack: repeated });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  const row = rows.filter({ hasText: 'Slack User' });
  await editor.openFile('slack.jsonc');
  await expect(editor.squiggles('warning')).toHaveCount(1);
  await expect(row).toContainText('not pushed');
  await project.delete('base44/connectors/slack.jsonc');
  await expect(row).toHaveCount(0);
  await expect(editor.squiggles('warning')).toHaveCount(0);
  await project.write('base44/connectors/slack.jsonc', repeated);
  await expect(row).toContainText('not pushed');
  await expect(editor.squiggles('warning')).toHaveCount(1);
  // Under another name it is the same connector, and a click leads to that file.
  const connectors = join(project.root, 'base44', 'connectors');
  await rename(join(connectors, 'slack.jsonc'), join(connectors, 'chat.jsonc'));
  await expect(rows).toHaveCount(1);
  await expect(async () => {
    await row.click();
    await expect(editor.page.locator('.tab.active', { hasText: 'chat.jsonc' })).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 20_000 });
  // What is typed and not saved is nowhere else: it stays as long as its tab does.
  await editor.cursorAfter('"slack"');
  await editor.page.keyboard.type(' ');
  await project.delete('base44/connectors/chat.jsonc');
  await expect(editor.page.locator('.tab.active', { hasText: 'chat.jsonc' }).locator('.monaco-icon-label.strikethrough')).toBeVisible();
  await expect(row).toContainText('not pushed');
  await editor.save();
  await expect(row).toContainText('not pushed');
  expect(await project.read('base44/connectors/chat.jsonc')).toContain('"slack" ');
});

test('JSON5 is no mistake, and the built-in JSON checks stay away', async ({ newProject, openEditor }) => {
  const json5 = "{\n  type: 'slack', // our workspace\n  scopes: ['chat:write',],\n}\n";
  const editor = await openEditor(await newProject({ slack: json5, notion: "{ type: 'notion', tpye: 1 }\n" }));
  await editor.openFile('slack.jsonc');
  await editor.openFile('notion.jsonc');
  const problems = await editor.problems();
  await expect(problems.filter({ hasText: 'tpye' })).toBeVisible();
  // One file has problems, and one problem is in it.
  await expect(problems).toHaveCount(2);
});

test('files of a configured folder are connector files too', async ({ newProject, openEditor }) => {
  const project = await newProject();
  await project.write('base44/config.jsonc', '{ "name": "Acme CRM", "connectorsDir": "services" }\n');
  await project.write('base44/services/slack.jsonc', misspelt);
  const editor = await openEditor(project);
  await editor.openFile('slack.jsonc');
  await expect(editor.page.getByRole('button', { name: 'Base44 Connector' })).toBeVisible();
  // The editor's own JSON checks, of which the file is no longer theirs, take theirs back a moment later.
  await expect(editor.squiggles('warning')).toHaveCount(1);
});
