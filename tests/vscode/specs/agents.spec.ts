/** The tools for the editor's own agents, called by one: they look by themselves, and ask before they write or send. */

import type { Locator } from '@playwright/test';

import { answerPage } from '../support/browser.ts';
import type { Editor } from '../support/editor.ts';
import { expect, test } from '../support/test.ts';

const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';

test('an agent checks, finds scopes, writes a connector, and pushes what the person agreed to', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack: slack.replace('write', 'wite') });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { dropbox: { user_email: 'ada@example.com' } } });
  const editor = await openEditor(project, { env: sandbox.env, agent: true, settings: { 'chat.extensionTools.enabled': true } });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');

  // The editor gathers the tools for a moment before it tells of them.
  await expect(async () => {
    await expect(await called(editor, '')).toContainText('base44_push_connectors', { timeout: 2000 });
  }).toPass({ timeout: 30_000 });
  await expect(await called(editor, 'base44_check_connectors')).toContainText('unknown-scope');
  await expect(await called(editor, 'base44_explain {"code": "unknown-scope"}')).toContainText(/what.was.meant/);
  await expect(await called(editor, 'base44_explain {"type": "slack", "scope": "chat:write"}')).toContainText('Slack');
  await expect(await called(editor, 'base44_find_scopes {"type": "github", "words": "read user"}')).toContainText('read:user');

  await call(editor, 'base44_create_connector {"type": "notion"}');
  await expect(editor.dialog).toContainText('Create a Notion connector in Acme CRM?');
  await editor.decide('Yes');
  await answered(editor);
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('not pushed');
  expect(await project.read('base44/connectors/notion.jsonc')).toContain('"notion"');

  const fix = 'Change `chat:wite` to `chat:write`';
  await call(editor, `base44_apply_fix {"file": "base44/connectors/slack.jsonc", "line": 3, "fix": "${fix}"}`);
  await expect(editor.dialog).toContainText('Change base44/connectors/slack.jsonc of Acme CRM?');
  await editor.decide('Yes');
  await answered(editor);
  expect(await project.read('base44/connectors/slack.jsonc')).toBe(slack);
  await call(editor, 'base44_add_scopes {"type": "slack", "scopes": ["channels:read"]}');
  await expect(editor.dialog).toContainText('Let Slack User of Acme CRM ask for more?');
  await editor.decide('Yes');
  await answered(editor);
  expect(await project.read('base44/connectors/slack.jsonc')).toContain('channels:read');

  await call(editor, 'base44_push_connectors');
  await expect(editor.dialog).toContainText('Push the connectors of Acme CRM?');
  await expect(editor.dialog).toContainText('Dropbox');
  expect(Object.keys(await sandbox.connectors())).toEqual(['dropbox']);
  await editor.decide('Yes');
  // A removal is asked for once more, as it is for everyone.
  await expect(editor.dialog).toContainText('Remove Dropbox (ada@example.com)');
  await editor.decide('Cancel');
  await expect(editor.text).toContainText(new RegExp(`answer.${calls}:.*error:.*Nothing.was.done`, 's'));
  expect(Object.keys(await sandbox.connectors())).toEqual(['dropbox']);
});

test('an agent has a connector of another user reconnected, once the person agreed', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ other_users: { slack: 'bob@example.com' } });
  const editor = await openEditor(project, { env: sandbox.env, agent: true, settings: { 'chat.extensionTools.enabled': true } });
  const row = (await editor.connectors()).filter({ hasText: 'Slack User' });
  await editor.act(row, 'Push Connectors');
  await expect(row).toContainText('another user');
  await editor.closeToast('bob@example.com');
  await call(editor, 'base44_reconnect_connector {"type": "slack"}');
  await expect(editor.dialog).toContainText('Reconnect Slack User?');
  await expect(editor.dialog).toContainText("Until then the app's users have no Slack User.");
  await editor.decide('Yes');
  // It is removed on the way, so it is asked for once more, as it is for everyone.
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.decide('Reconnect Slack User')]);
  await answerPage(consent, 'Approve');
  await answered(editor);
  await expect(editor.text).not.toContainText('http');
  await expect(row).toContainText('ada@example.com · 1 scope');
});

test('nothing is offered to agents in a restricted window', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, {
    env: sandbox.env,
    agent: true,
    trusted: false,
    settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
  });
  await editor.connectors();
  await expect(editor.status).toContainText('restricted');
  const said = await called(editor, 'base44_check_connectors');
  await expect(said).toContainText('error:');
});

let calls = 0;

/** Has the agent call a tool, `name {"input": 1}`. */
async function call(editor: Editor, line: string): Promise<void> {
  await editor.run('Test Agent: Call a Tool');
  const input = editor.page.getByPlaceholder('number tool {input}');
  await input.fill(`${++calls} ${line}`.trim());
  await editor.page.keyboard.press('Enter');
}

/** Waits for the answer to the last call. */
async function answered(editor: Editor): Promise<void> {
  await expect(editor.text).toContainText(new RegExp(`answer.${calls}:`));
}

/** The same, and the answer, once it is there. */
async function called(editor: Editor, line: string): Promise<Locator> {
  await call(editor, line);
  await answered(editor);
  return editor.text;
}
