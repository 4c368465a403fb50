/** What somebody meets who has never used it: rows and words that tell, menus that help, nothing said twice. */

import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { answerPage } from '../support/browser.ts';
import { appId } from '../support/project.ts';
import { expect, test } from '../support/test.ts';

const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';
const misspelt = slack.replace('chat:write', 'chat:wite');

test('signed out, the files are listed with their problems, and nothing of before is left', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack: misspelt, notion: '{ "type": "notion" }\n' });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('1 problem');
  await expect(editor.view).toMatchAriaSnapshot({ name: 'signed-out.aria.yml' });
  await expect(editor.status.getByRole('button')).toHaveAccessibleName(/^Base44: signed out\. /);
  await editor.menuOf(rows.filter({ hasText: 'Notion' }));
  await expect(editor.menu).toHaveText(['Open File', 'Delete File']);
});

test('each state has its words, for the eye and the ear, and its actions', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({
    slack,
    googleads: '{ "type": "googleads" }\n',
    google_search_console: '{ "type": "google_search_console" }\n',
    notion: '{ "type": "notion" }\n',
    nameless: '{ "type": "" }\n',
    hubspot: '{ "type": "hubspot", "scopes": ["oauth"] }\n',
  });
  await sandbox.signIn(project);
  await sandbox.change({
    connectors: {
      slack: { scopes: ['chat:write'], user_email: 'ada@example.com' },
      notion: { status: 'expired', user_email: 'ada@example.com' },
      hubspot: { scopes: ['oauth', 'tickets'], user_email: 'ada@example.com' },
      gmail: { scopes: [] },
    },
  });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('ada@example.com');
  await expect(editor.view).toMatchAriaSnapshot({ name: 'states.aria.yml' });
  await expect(editor.page.locator('.sidebar .title-label')).toHaveText(/^Base44: Acme CRM$/i);
  await expect(editor.status.getByRole('button')).toHaveAccessibleName(/^Base44: 2 problems\. .*nameless.jsonc: file has errors/);

  // The row of the open file is the selected one, whoever opened it.
  await editor.openFile('notion.jsonc');
  await expect(rows.filter({ hasText: 'Notion' })).toHaveClass(/selected/);

  await rows.filter({ hasText: 'Notion' }).hover();
  const hover = editor.page.locator('.workbench-hover:visible');
  await expect(hover).toContainText('Notion');
  await expect(hover).not.toContainText('`');
  await expect(hover.locator('a')).toHaveCount(0);

  await editor.menuOf(rows.filter({ hasText: 'Slack User' }));
  await expect(editor.menu).toHaveText(['Reconnect with Another Account', 'Open File', 'Open Dashboard', 'Delete File']);
  await editor.page.keyboard.press('Escape');
  await editor.menuOf(rows.filter({ hasText: 'Notion' }));
  await editor.choose('Delete File');
  await expect(editor.dialog).toContainText('The app keeps Notion until the next push');
  await editor.decide('Delete');
  await expect(rows.filter({ hasText: 'Notion' })).toContainText('no file');
});

test('a plan begins with what it removes, a line a kind', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { notion: {} } });
  const editor = await openEditor(project, { env: sandbox.env });
  await expect(editor.status).toContainText('1 to push');
  await editor.run('Base44: Preview Push');
  await expect(editor.text).toContainText(/1.to.remove.*1.to.add.*Notion.*is.removed.*Slack.User.*is.added/s);

  // What a push does is shown once.
  await editor.page.keyboard.press('Control+W');
  await editor.run('Base44: Show Output');
  await expect(editor.page.locator('.output-view .view-lines')).not.toContainText('Ignoring invalid glob');
});

test('from an empty folder to an authorized connector, without a terminal', async ({ page, sandbox, newProject, openEditor }) => {
  const project = await newProject();
  await sandbox.change({ name: 'Acme CRM' });
  const folder = join(project.base, 'shop');
  await mkdir(folder);
  const editor = await openEditor(project, { env: sandbox.env, folder });
  await editor.run('Base44: Set Up This Folder');
  // Signed out, the way to one's apps leads through the sign-in.
  const [device] = await Promise.all([page.waitForEvent('popup'), editor.palette('Sign In to See Your Apps').click()]);
  await answerPage(device, 'Approve');
  await editor.palette('Acme CRM').click();
  await page.locator('.sidebar').getByRole('button', { name: 'New Connector…' }).last().click();
  await editor.pick('Which service?', 'gmail', 'Gmail');
  await expect(page.getByPlaceholder('least power first')).toBeVisible();
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'gmail.send' }).getByRole('checkbox').check();
  await page.keyboard.press('Enter');
  await editor.lenses.getByRole('button', { name: 'Push', exact: true }).click();
  const [consent] = await Promise.all([page.waitForEvent('popup'), editor.answer('Gmail', /^Authorize/)]);
  await answerPage(consent, 'Approve');
  await expect((await editor.connectors()).filter({ hasText: 'Gmail' })).toContainText('ada@example.com · 1 scope');
  expect(JSON.parse(await readFile(join(folder, 'base44', 'config.jsonc'), 'utf8'))).toEqual({ name: 'Acme CRM' });
  expect(await sandbox.connectors()).toHaveProperty('gmail');
});

test('a project without an app is linked to one, and what is deleted outside is gone at once', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack });
  await rm(join(project.root, 'base44', '.app.jsonc'));
  await sandbox.signIn(project);
  await sandbox.set({ app_ids: [appId] });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(editor.status).toContainText('no app');
  await rows.filter({ hasText: 'No app' }).click();
  // The apps of the account are there to choose from; who has an address at hand gives that.
  await expect(editor.palette('Acme CRM')).toContainText(appId);
  await editor.palette("Enter the App's Address or Id").click();
  const input = editor.page.locator('.quick-input-widget');
  await input.getByPlaceholder('https://app.base44.com/apps/').fill('not an id');
  await expect(input).toContainText('neither the address of an app nor an id');
  await input.locator('input').fill('65f1a2b3c4d5e6f708192a3e');
  await expect(input).toContainText('Your account has no app with this id');
  await input.locator('input').fill(`https://app.base44.com/apps/${appId}/editor/workspace/overview`);
  await editor.page.keyboard.press('Enter');
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  expect(await project.read('base44/.app.jsonc')).toContain(appId);

  await editor.run('Base44: New Connector…');
  await editor.pick('Which service?', 'notion', 'Notion');
  await expect(rows.filter({ hasText: 'Notion' })).toBeVisible();
  await rm(join(project.root, 'base44', 'connectors', 'notion.jsonc'));
  await editor.page.keyboard.press('Control+W');
  await expect(rows.filter({ hasText: 'Notion' })).toHaveCount(0);

  // A file that gets another name elsewhere is the same connector.
  const connectors = join(project.root, 'base44', 'connectors');
  await rename(join(connectors, 'slack.jsonc'), join(connectors, 'team-chat.jsonc'));
  await expect(async () => {
    await rows.filter({ hasText: 'Slack User' }).click();
    await expect(editor.page.locator('.tab.active', { hasText: 'team-chat.jsonc' })).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 20_000 });
});
