/** What goes wrong on the way: said once, shortly, with a button, and never with a command to type. */

import { answerPage } from '../support/browser.ts';
import { expect, test } from '../support/test.ts';
import { terminal } from '../support/terminal.ts';

const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';

test('a mistake is one finding, said once and with one fix, and no push is offered that would do no good', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const notion = '{ "type": "notion" }\n';
  const project = await newProject({
    hubspott: '{ "type": "hubspott" }\n',
    nameless: '{ "type": "" }\n',
    notion,
    twin: notion,
    slack: slack.replace('chat:write', 'chat:wite'),
  });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await expect(rows.filter({ hasText: 'hubspott' })).toContainText('unknown type');
  const problems = await editor.problems();
  await expect(problems.filter({ hasText: 'unknown-type' })).toHaveCount(1);
  await expect(problems.filter({ hasText: 'invalid-type' })).toHaveCount(1);
  // What only waits for a push is in the view, and no problem.
  await expect(problems.filter({ hasText: 'not-pushed' })).toHaveCount(0);
  await editor.openFile('hubspott.jsonc');
  await expect(editor.squiggles('warning')).toBeVisible();
  await expect(editor.lenses).toHaveText(['✗ Unknown type']);
  expect((await (await editor.hover('hubspott')).innerText()).match(/Did you mean/g)).toHaveLength(1);
  await editor.page.keyboard.press('Escape');
  await editor.find('hubspott');
  await editor.fixes('hubspot');
  await expect(editor.listedFixes.filter({ hasText: /Change|Push/ })).toHaveText([/Change.*hubspott.*to.*hubspot/]);
  await editor.page.keyboard.press('Escape');
  for (const [file, lenses] of [['nameless.jsonc', []], ['twin.jsonc', ['✗ File has errors']]] as const) {
    await editor.openFile(file);
    await expect(editor.squiggles('error')).toHaveCount(1);
    await expect(editor.lenses).toHaveText(lenses);
  }
  await editor.openFile('slack.jsonc');
  // The lens moves the lines down: what is pointed at before it is there is another one after.
  await expect(editor.lenses).toContainText(['1 scope']);
  await expect(editor.squiggles('warning')).toBeVisible();
  expect((await (await editor.hover('chat:wite')).innerText()).match(/chat:wite/g)).toHaveLength(1);
});

test('offline, a push and a refresh say so with a way to try again', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await sandbox.stop();
  await editor.run('Base44: Push Connectors');
  const told = editor.notifications.filter({ hasText: 'Check the connection.' });
  await expect(told).toBeVisible();
  await expect(told.getByRole('button', { name: 'Try Again' })).toBeVisible();
  await expect(rows.filter({ hasText: 'Offline' })).toBeVisible();
  await expect(editor.status).toContainText('offline');
  await editor.menuOf(rows.filter({ hasText: 'Offline' }));
  await expect(editor.menu).toHaveText(['Refresh Connectors', 'Show Output']);
});

test('where nothing answers, every command says so once and leaves nothing turning, and a file is written all the same', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { slack: { status: 'expired', scopes: ['chat:write'] } } });
  const editor = await openEditor(project, { env: sandbox.env });
  const row = (await editor.connectors()).filter({ hasText: 'Slack User' });
  await expect(row).toContainText('expired');
  await sandbox.stop();
  const told = editor.notifications.filter({ hasText: 'Check the connection.' });
  const once = async (): Promise<void> => {
    await expect(told.getByRole('button', { name: 'Try Again' })).toBeVisible();
    await expect(editor.notifications).toHaveCount(1);
    await expect(editor.page.locator('.statusbar .codicon-modifier-spin')).toHaveCount(0);
    await editor.closeToast('Check the connection.');
  };
  for (const command of ['Pull Connectors', 'Preview Push', 'Refresh Connectors']) {
    await editor.run(`Base44: ${command}`);
    await once();
  }
  await editor.act(row, 'Authorize');
  await once();
  await editor.run('Base44: New Connector…');
  await editor.pick('Which service?', 'notion', 'Notion');
  await expect(editor.page.locator('.tab.active', { hasText: 'notion.jsonc' })).toBeVisible();
  expect(await project.read('base44/connectors/notion.jsonc')).toContain('"type": "notion"');
});

test('a denied consent is said once, can be tried again, and still counts', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(editor.status).toContainText('1 pending');
  await editor.status.click();
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.palette('Slack User').click()]);
  await answerPage(consent, 'Deny');
  const told = editor.notifications.filter({ hasText: 'Not authorized: Slack User.' });
  await expect(told).toBeVisible();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not authorized');
  await expect(editor.status).toContainText('1 pending');
  await expect(editor.badge).toHaveText('1');
  const [again] = await Promise.all([
    editor.page.waitForEvent('popup'),
    editor.answer('Not authorized', 'Authorize Again'),
  ]);
  await answerPage(again, 'Approve');
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('1 scope');
});

test('a void login leads to signing in', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('pending');
  const problems = (await editor.problems()).filter({ hasText: 'pending-authorization' });
  await expect(problems).toHaveCount(1);
  await sandbox.revokeLogins();
  await editor.run('Base44: Push Connectors');
  const told = editor.notifications.filter({ hasText: 'sign in again' });
  await expect(told).toBeVisible();
  // Nothing of before is left, of closed files either: the login that saw it is void.
  await expect(rows.filter({ hasText: 'Slack User' })).not.toContainText(/pending|problem/);
  await expect(problems).toHaveCount(0);
  const [device] = await Promise.all([editor.page.waitForEvent('popup'), editor.answer('sign in again', 'Sign In')]);
  await answerPage(device, 'Deny');
  await expect(editor.notifications.filter({ hasText: 'declined in the browser' })).toBeVisible();
});

test('what a push removes is named with its account, and kept with a click or by a file that came meanwhile', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const account = { user_email: 'ada@example.com' };
  await sandbox.change({ connectors: { notion: account, dropbox: account } });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('no file');
  await editor.run('Base44: Push Connectors');
  await editor.decide('Show Plan');
  await expect(editor.page.locator('.tab.active', { hasText: 'push plan' })).toBeVisible();
  await expect(editor.text).toContainText(/2.to.remove.*Dropbox.*is.removed/s);
  expect((await sandbox.requests()).filter((request) => !request.startsWith('GET'))).toEqual([]);
  await editor.run('Base44: Push Connectors');
  await expect(editor.dialog).toContainText('Remove Dropbox (ada@example.com) and Notion (ada@example.com) from the app?');
  await project.write('base44/connectors/notion.jsonc', '{ "type": "notion" }\n');
  await editor.decide('Remove and Push');
  // It is asked again about what is left.
  await expect(editor.dialog).toContainText('Remove Dropbox (ada@example.com) from the app?');
  expect(Object.keys(await sandbox.connectors()).sort()).toEqual(['dropbox', 'notion']);
  await editor.decide('Keep and Create File');
  await expect(rows.filter({ hasText: 'Dropbox' })).not.toContainText('no file');
  await expect.poll(async () => Object.keys(await sandbox.connectors())).toEqual(expect.arrayContaining(['dropbox', 'notion']));
  expect(await project.read('base44/connectors/dropbox.jsonc')).toContain('dropbox');
});

test('300 connectors, and names that are long, right to left or smiling, fit', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  const name = `${'מחברים '.repeat(20)}🚀 ${'Acme '.repeat(10)}`;
  await project.write('base44/config.jsonc', JSON.stringify({ name }));
  await sandbox.signIn(project);
  const many = Array.from({ length: 300 }, (_, at) => [`service_${String(at).padStart(3, '0')}`, { user_email: `${'a'.repeat(60)}@example.com` }]);
  await sandbox.change({ connectors: Object.fromEntries(many) as Record<string, { user_email: string }> });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'service_000' })).toContainText('no file');
  await editor.run('Base44: Push Connectors');
  await expect(editor.dialog).toContainText('Remove 300 connectors from the app?');
  const { height = 0 } = (await editor.dialog.boundingBox()) ?? {};
  expect(height).toBeLessThan(800);
  await editor.decide('Cancel');
  expect(Object.keys(await sandbox.connectors())).toHaveLength(300);
  await expect(editor.status).toBeVisible();
});

test('a folder of the project that goes and comes back is followed without a click', async ({ sandbox, newProject, openEditor }) => {
  const { rename } = await import('node:fs/promises');
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  await rename(`${project.root}/base44`, `${project.base}/away`);
  await expect(editor.page.getByText('No Base44 project is open')).toBeVisible();
  await rename(`${project.base}/away`, `${project.root}/base44`);
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
});
