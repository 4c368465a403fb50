/**
 * The way of a newcomer in pictures, to be looked at by whoever changes the extension: `BASE44_WALK=1 npm test walk`.
 * They land in tests/out/vscode/walk; walk.md beside this folder says what to look for.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { iconContrasts } from '../support/contrast.ts';
import type { Editor } from '../support/editor.ts';
import { outDir } from '../support/places.ts';
import { test, expect } from '../support/test.ts';
import { themes } from '../support/themes.ts';

const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 1024, height: 700 } };
const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';
const long = `{\n  // ${'long '.repeat(40)}\n  "type": "github",\n  "scopes": ["repo", "admin:enterprise"],\n}\n`;

test.skip(process.env['BASE44_WALK'] === undefined, 'pictures to look at: BASE44_WALK=1');

const looks = Object.entries(widths).flatMap(([width, viewport]) =>
  Object.entries(themes).map(([theme, { name }]) => ({ look: `${width}-${theme}`, viewport, name })),
);

// A question or a list that is open would close for a change of theme: each goes the whole way.
for (const { look, viewport, name } of looks) {
  test(`the way from a signed out window to an authorized connector, ${look}`, async ({ page, sandbox, newProject, openEditor }) => {
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
    const editor = await openEditor(project, { env: sandbox.env, settings: { 'workbench.colorTheme': name } });
    const rows = await editor.connectors();
    const step = async (name: string): Promise<void> => {
      // By WCAG AA what tells a state stands out three to one.
      for (const contrast of await iconContrasts(rows)) {
        expect.soft(contrast, name).toBeGreaterThanOrEqual(3);
      }
      await picture(editor, `${name}-${look}`);
    };
    await expect(rows.filter({ hasText: 'Signed out' })).toBeVisible();
    await editor.openFile('slack.jsonc');
    await step('1-signed-out');

    const [device] = await Promise.all([page.waitForEvent('popup'), editor.status.click()]);
    await step('2-sign-in');
    await device.getByRole('button', { name: 'Approve' }).click();
    await device.close();
    await expect(rows.filter({ hasText: 'Notion' })).toContainText('no file');
    await editor.problems();
    await step('3-mistakes');

    await project.write('base44/connectors/slack.jsonc', slack);
    await project.write('base44/connectors/hubspott.jsonc', '{ "type": "hubspot" }\n');
    await project.write('base44/connectors/nameless.jsonc', '{ "type": "gmail" }\n');
    await editor.run('Base44: New Connector…');
    await expect(editor.page.getByPlaceholder('Which service?')).toBeVisible();
    await step('4-new-connector');
    await editor.page.getByPlaceholder('Which service?').fill('google cal');
    await editor.page.keyboard.press('Enter');
    await expect(editor.page.getByPlaceholder('least power first')).toBeVisible();
    await step('5-scopes');
    await editor.page.keyboard.press('Escape');

    await editor.run('Base44: Preview Push');
    await expect(editor.lenses.filter({ hasText: 'Push now' })).toBeVisible();
    await step('6-plan');
    await editor.run('Base44: Push Connectors');
    await expect(editor.dialog).toBeVisible();
    await step('7-removal');
    await editor.dialog.getByRole('button', { name: /push/i }).first().click();
    await expect(editor.notifications.first()).toBeVisible();
    await step('8-pushed');

    await sandbox.revokeLogins();
    await editor.run('Base44: Refresh Connectors');
    await expect(editor.notifications.filter({ hasText: 'sign in again' }).first()).toBeVisible();
    await step('9-login-void');
    const [again] = await Promise.all([page.waitForEvent('popup'), editor.status.click()]);
    await again.getByRole('button', { name: 'Approve' }).click();
    await again.close();
    await expect(rows.filter({ hasText: 'Signed out' })).toHaveCount(0);
    await sandbox.stop();
    await editor.run('Base44: Refresh Connectors');
    await expect(rows.filter({ hasText: 'Offline' })).toBeVisible();
    await step('10-offline');
  });
}

async function picture(editor: Editor, name: string): Promise<void> {
  const folder = join(outDir, 'walk');
  await mkdir(folder, { recursive: true });
  await editor.page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}
