/**
 * The way of a newcomer in pictures, to be looked at by whoever changes the extension: `BASE44_WALK=1 npm test walk`.
 * They land in tests/out/vscode/walk; walk.md beside this folder says what to look for.
 */

import { mkdir, mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { answerPage } from '../support/browser.ts';
import { iconContrasts } from '../support/contrast.ts';
import type { Editor } from '../support/editor.ts';
import { outDir } from '../support/places.ts';
import { sending } from '../support/samples.ts';
import { test, expect } from '../support/test.ts';
import { themes } from '../support/themes.ts';

const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 1024, height: 700 } };
const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';
const long = `{\n  // ${'long '.repeat(40)}\n  "type": "github",\n  "scopes": ["repo", "admin:enterprise"],\n}\n`;
const calendar = '{\n  "type": "googlecalendar",\n  "scopes": ["https://www.googleapis.com/auth/calendar.readonly"]\n}\n';

test.skip(process.env['BASE44_WALK'] === undefined, 'pictures to look at: BASE44_WALK=1');
test.use({ readAtAGlance: true });

const looks = Object.entries(widths).flatMap(([width, viewport]) =>
  Object.entries(themes).map(([theme, { setting, mark }]) => ({ look: `${width}-${theme}`, viewport, setting, mark })),
);

// A question or a list that is open would close for a change of theme: each goes the whole way.
for (const { look, viewport, setting, mark } of looks) {
  const settings = { 'workbench.colorTheme': setting };

  /** Keeps a picture, and holds what tells a state to WCAG AA: it stands out three to one. */
  const step = async (editor: Editor, name: string): Promise<void> => {
    for (const { name: row, contrast } of await iconContrasts(editor.page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row'))) {
      expect.soft(contrast, `${name}: ${row}`).toBeGreaterThanOrEqual(3);
    }
    const folder = join(outDir, 'walk');
    await mkdir(folder, { recursive: true });
    // Lists and messages slide in.
    await editor.page.waitForTimeout(400);
    await editor.page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: 'disabled' });
  };

  test(`the way from an empty folder to an authorized connector, ${look}`, async ({ page, sandbox, newProject, openEditor }) => {
    test.setTimeout(600_000);
    await page.setViewportSize(viewport);
    const project = await newProject();
    await sandbox.change({ name: 'Acme CRM' });
    const folder = await mkdtemp(join(project.base, 'crm-'));
    const editor = await openEditor(project, { env: sandbox.env, settings, folder });
    await expect(page.locator('.monaco-workbench')).toHaveClass(mark);
    await editor.run('Base44: Get Started');
    await expect(page.locator('.gettingStartedContainer')).toContainText('Open the folder of your app');
    await step(editor, '01-get-started');
    await editor.run('Base44: Set Up This Folder');
    await expect(editor.palette('Sign In to See Your Apps')).toBeVisible();
    await step(editor, '02-which-app-signed-out');
    const [device] = await Promise.all([page.waitForEvent('popup'), editor.palette('Sign In to See Your Apps').click()]);
    await step(editor, '03-sign-in');
    await answerPage(device, 'Approve');
    await expect(editor.palette('Acme CRM')).toBeVisible();
    await step(editor, '04-which-app');
    await editor.palette('Acme CRM').click();
    await expect(page.getByText('This project has no connectors yet')).toBeVisible();
    await step(editor, '05-no-connectors');
    await page.locator('.sidebar').getByRole('button', { name: 'New Connector' }).last().click();
    await expect(page.getByPlaceholder('Which service?')).toBeVisible();
    await step(editor, '06-which-service');
    await editor.pick('Which service?', 'gmail', 'Gmail');
    await expect(page.getByPlaceholder('least power first')).toBeVisible();
    await step(editor, '07-which-scopes');
    await page.locator('.quick-input-widget .monaco-list-row').first().getByRole('checkbox').check();
    await page.keyboard.press('Enter');
    await expect(editor.lenses.filter({ hasText: 'Push' })).toBeVisible();
    await step(editor, '08-written');
    await editor.lenses.filter({ hasText: 'Push' }).locator('a').filter({ hasText: 'Push' }).last().click();
    await expect(editor.notifications.first()).toContainText('Gmail');
    await step(editor, '09-pushed');
    const [consent] = await Promise.all([page.waitForEvent('popup'), editor.answer('Gmail', /Authorize/)]);
    await step(editor, '10-waits-for-consent');
    await answerPage(consent, 'Approve');
    await expect((await editor.connectors()).filter({ hasText: 'Gmail' })).toContainText('1 scope');
    await step(editor, '11-authorized');
  });

  test(`the way through mistakes and trouble, ${look}`, async ({ page, sandbox, newProject, openEditor }) => {
    test.setTimeout(600_000);
    await page.setViewportSize(viewport);
    const project = await newProject({
      slack: slack.replace('chat:write', 'chat:wite'),
      github: long,
      hubspott: '{ "type": "hubspott" }\n',
      nameless: '{ "type": "" }\n',
    });
    await sandbox.change({
      connectors: { notion: { user_email: 'ada@example.com' }, dropbox: { user_email: 'ada@example.com' } },
      other_users: { hubspot: 'bob@example.com' },
    });
    const editor = await openEditor(project, { env: sandbox.env, settings });
    const rows = await editor.connectors();
    await expect(rows.filter({ hasText: 'Signed out' })).toBeVisible();
    await editor.openFile('slack.jsonc');
    await expect(editor.squiggles('warning').first()).toBeVisible();
    await step(editor, '12-signed-out');

    const [device] = await Promise.all([page.waitForEvent('popup'), rows.filter({ hasText: 'Signed out' }).click()]);
    await answerPage(device, 'Approve');
    await expect(rows.filter({ hasText: 'Notion' })).toContainText('no file');
    await editor.problems();
    await step(editor, '13-mistakes');
    await editor.openFile('hubspott.jsonc');
    await editor.find('hubspott');
    await page.locator('.view-lines').getByText('"hubspott"').hover();
    await expect(page.locator('.monaco-hover:visible').first()).toContainText('hubspot');
    await step(editor, '14-hover');
    await page.keyboard.press('Escape');
    await editor.fixes('hubspot');
    await step(editor, '15-fixes');
    await page.keyboard.press('Escape');
    await editor.openFile('slack.jsonc');
    await editor.cursorAfter('"chat:wite"');
    await page.keyboard.type(', "');
    await expect(editor.suggestions.first()).toBeVisible();
    await step(editor, '16-completion');
    await page.keyboard.press('Escape');
    await editor.run('File: Revert File');

    await project.write('base44/connectors/slack.jsonc', slack);
    await project.write('base44/connectors/hubspott.jsonc', '{ "type": "hubspot" }\n');
    await project.write('base44/connectors/nameless.jsonc', '{ "type": "gmail" }\n');
    await expect(rows.filter({ hasText: 'nameless' })).toHaveCount(0);
    await editor.run('Base44: Preview Push');
    await expect(editor.lenses.filter({ hasText: 'Push now' })).toBeVisible();
    await step(editor, '17-plan');
    await editor.run('Base44: Push Connectors');
    await expect(editor.dialog).toBeVisible();
    await step(editor, '18-removal');
    await editor.decide('Remove and Push');
    await expect(editor.notifications.first()).toBeVisible();
    await step(editor, '19-pushed-in-part');
    await page.keyboard.press('Escape');
    await editor.menuOf(rows.filter({ hasText: 'Slack User' }));
    await step(editor, '20-menu');
    await page.keyboard.press('Escape');
    await editor.openFile('slack.jsonc');
    await expect(editor.lenses.filter({ hasText: 'Authorize' })).toBeVisible();
    const [consent] = await Promise.all([
      page.waitForEvent('popup'),
      editor.lenses.locator('a').filter({ hasText: 'Authorize' }).click(),
    ]);
    await answerPage(consent, 'Deny');
    await expect(editor.notifications.filter({ hasText: 'Not authorized' })).toBeVisible();
    await step(editor, '21-denied');
    await editor.closeToast('Not authorized');

    await sandbox.revokeLogins();
    await editor.run('Base44: Refresh Connectors');
    await expect(editor.notifications.filter({ hasText: 'sign in again' }).first()).toBeVisible();
    await step(editor, '22-login-void');
    const [again] = await Promise.all([page.waitForEvent('popup'), editor.answer('sign in again', 'Sign In')]);
    await answerPage(again, 'Approve');
    await expect(rows.filter({ hasText: 'Signed out' })).toHaveCount(0);
    await editor.closeToast('Signed in as');
    await sandbox.stop();
    await editor.run('Base44: Refresh Connectors');
    await expect(rows.filter({ hasText: 'Offline' })).toBeVisible();
    await step(editor, '23-offline');
  });

  test(`the way where nothing answers, ${look}`, async ({ page, sandbox, newProject, openEditor }) => {
    test.setTimeout(600_000);
    await page.setViewportSize(viewport);
    const project = await newProject({ slack, notion: '{ "type": "notion" }\n' });
    await sandbox.signIn(project);
    await sandbox.change({ connectors: { slack: { user_email: 'ada@example.com', scopes: ['chat:write'] } }, other_users: { notion: 'bob@example.com' } });
    const editor = await openEditor(project, { env: sandbox.env, settings });
    const rows = await editor.connectors();
    await expect(rows.filter({ hasText: 'Notion' })).toContainText('not pushed');
    await editor.run('Base44: Pull Connectors');
    await expect(editor.dialog).toBeVisible();
    await step(editor, '24-pull');
    await editor.decide('Cancel');
    await editor.run('Base44: Push Connectors');
    await expect(rows.filter({ hasText: 'Notion' })).toContainText('another user');
    await editor.act(rows.filter({ hasText: 'Notion' }), 'Reconnect with Another Account');
    await expect(editor.dialog).toBeVisible();
    await step(editor, '25-reconnect');
    await editor.decide('Cancel');
    await page.keyboard.press('Escape');
    await sandbox.stop();
    for (const [number, command] of [['26', 'Pull Connectors'], ['27', 'Preview Push'], ['28', 'Sign Out']] as const) {
      await editor.run(`Base44: ${command}`);
      await expect(editor.notifications.or(editor.dialog).first()).toBeVisible();
      await step(editor, `${number}-offline-${command.toLowerCase().replace(' ', '-')}`);
      if (await editor.dialog.isVisible()) {
        await editor.decide(command);
      } else {
        await page.keyboard.press('Escape');
      }
    }
    await expect(rows.filter({ hasText: 'Signed out' })).toBeVisible();
    await editor.run('Base44: Sign In');
    await expect(editor.notifications.filter({ hasText: 'Check the connection' })).toBeVisible();
    await step(editor, '29-offline-sign-in');
    await editor.run('Base44: New Connector');
    await expect(page.getByPlaceholder('Which service?')).toBeVisible();
    await step(editor, '30-offline-which-service');
  });

  test(`the way with the app's code and odd names, ${look}`, async ({ page, sandbox, newProject, openEditor }) => {
    test.setTimeout(600_000);
    await page.setViewportSize(viewport);
    const project = await newProject({ googlecalendar: calendar, stripe: '{ "type": "stripe" }\n' });
    await project.write('base44/functions/send/entry.ts', sending);
    await project.write('base44/config.jsonc', JSON.stringify({ name: `${'מחברים '.repeat(8)}🚀 ${'Acme '.repeat(10)}` }));
    await sandbox.signIn(project);
    const many = Array.from({ length: 300 }, (_, at) => [`service_${String(at).padStart(3, '0')}`, { user_email: `${'a'.repeat(60)}@example.com` }]);
    await sandbox.change({ connectors: Object.fromEntries(many) as Record<string, { user_email: string }> });
    const editor = await openEditor(project, { env: sandbox.env, settings });
    const rows = await editor.connectors();
    await expect(rows.filter({ hasText: 'service_000' })).toContainText('no file');
    await step(editor, '31-many');
    await editor.run('Base44: Push Connectors');
    await expect(editor.dialog).toBeVisible();
    await step(editor, '32-many-removed');
    await editor.decide('Cancel');
    await sandbox.change({ connectors: Object.fromEntries(many.map(([name]) => [name, null])) as Record<string, null> });
    await editor.run('Base44: Refresh Connectors');
    await expect(rows.filter({ hasText: 'service_000' })).toHaveCount(0);
    await editor.openFile('entry.ts');
    await expect(editor.squiggles('warning').first()).toBeVisible();
    // The editor's own checks of the language come up at that moment, and take the card away.
    await expect(async () => {
      await page.mouse.move(1000, 600);
      await page.locator('.view-lines').getByText('calendars/primary').hover();
      await expect(page.locator('.monaco-hover:visible').first()).toBeVisible({ timeout: 3000 });
    }).toPass({ timeout: 60_000 });
    await step(editor, '33-call');
    await editor.find('calendars/primary');
    await editor.fixes('auth/calendar.events');
    await step(editor, '34-call-fixes');
    await page.keyboard.press('Escape');
    await editor.openFile('googlecalendar.jsonc');
    await rows.filter({ hasText: 'Google Calendar' }).locator('.monaco-tl-twistie').click();
    await expect(rows.filter({ hasText: 'send' })).toBeVisible();
    await expect(editor.lenses.filter({ hasText: 'Used by 1 function' })).toBeVisible();
    await step(editor, '35-uses');
    await page.locator('.view-lines').getByText('calendar.readonly').hover();
    await expect(page.locator('.monaco-hover:visible').first()).toContainText('Google');
    await step(editor, '36-scope-hover');
    // The card of the scope names the service too.
    await page.keyboard.press('Escape');
    await page.mouse.move(1000, 600);
    await expect(page.locator('.monaco-hover:visible')).toHaveCount(0);
    await page.locator('.view-lines').getByText('"googlecalendar"').hover();
    await expect(page.locator('.monaco-hover:visible').first()).toContainText('Google Calendar');
    await step(editor, '37-type-hover');
    await editor.run('Base44: Push Connectors');
    await expect(rows.filter({ hasText: 'Stripe' })).toContainText('to be claimed');
    await step(editor, '38-stripe');
    await page.keyboard.press('Escape');
    await sandbox.set({ app_ids: ['another-app'] });
    await editor.run('Base44: Refresh Connectors');
    await expect(rows.filter({ hasText: 'No app' })).toBeVisible();
    await step(editor, '39-app-gone');
    await rename(join(project.root, 'base44', 'connectors', 'stripe.jsonc'), join(project.root, 'base44', 'connectors', 'payments.jsonc'));
    await editor.run('File: New Untitled Text File');
    await editor.run('Base44: Show Output');
    await expect(page.locator('.output-view .view-lines')).toBeVisible();
    await step(editor, '40-output');
  });

  test(`the way of an empty window and a restricted one, ${look}`, async ({ page, newProject, openEditor }) => {
    test.setTimeout(600_000);
    await page.setViewportSize(viewport);
    const project = await newProject({ slack: slack.replace('chat:write', 'chat:wite') });
    const empty = await openEditor(project, { settings, folder: '' });
    // What the palette offers is settled as it opens.
    await expect(async () => {
      await page.keyboard.press('Escape');
      await empty.openPalette('Base44');
      await expect(empty.palette('Base44: ').first()).toBeVisible({ timeout: 3000 });
    }).toPass({ timeout: 30_000 });
    await step(empty, '41-empty-window');
    await page.keyboard.press('Escape');
    await empty.close();
    const editor = await openEditor(project, {
      trusted: false,
      settings: { ...settings, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
    });
    await editor.openFile('slack.jsonc');
    const rows = await editor.connectors();
    await expect(rows.filter({ hasText: 'Slack User' })).toContainText('1 problem');
    await step(editor, '42-restricted');
  });
}
