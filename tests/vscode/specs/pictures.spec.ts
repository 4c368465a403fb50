/** The pictures of the README, made as the extension is: `BASE44_PICTURES=1` keeps them in the extension's folder. */

import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Editor } from '../support/editor.ts';
import { outDir, repository } from '../support/places.ts';
import type { Project } from '../support/project.ts';
import { expect, test } from '../support/test.ts';
import { terminal } from '../support/terminal.ts';
import type { Sandbox } from '../support/sandbox.ts';

const files = {
  slack: '// Posts the daily summary to #sales.\n{\n  "type": "slack",\n  "scopes": [\n    "chat:write",\n    "channels:read",\n  ],\n}\n',
  googlecalendar:
    '{\n  "type": "googlecalendar",\n  "scopes": [\n    "https://www.googleapis.com/auth/calendar.events",\n  ],\n}\n',
  notion: '{ "type": "notion" }\n',
  hubspot: '{\n  "type": "hubspot",\n  "scopes": ["crm.objects.contacts.read", "crm.objects.deals.read"],\n}\n',
};

const themes = { light: 'Default Light Modern', dark: 'Default Dark Modern' };

for (const [name, theme] of Object.entries(themes)) {
  test.describe(`in the ${name} theme`, () => {
    test.use({ colorScheme: name === 'dark' ? 'dark' : 'light' });
    const settings = { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false };

    test('connectors at a glance', async ({ sandbox, newProject, openEditor }) => {
      const project = await newProject(files);
      await prepare(sandbox, project);
      const editor = await openEditor(project, { env: sandbox.env, settings });
      await editor.openFile('slack.jsonc');
      const rows = await editor.connectors();
      await expect(rows.filter({ hasText: 'Google Calendar' })).toContainText('ada@example.com');
      await expect(editor.lenses.filter({ hasText: 'Authorize' })).toBeVisible();
      await expect((await editor.problems()).filter({ hasText: 'pending-authorization' }).first()).toBeVisible();
      await picture(editor, `connectors-${name}`);
    });

    test('what is wrong, with its fix, and what is pending', async ({ sandbox, newProject, openEditor }) => {
      const project = await newProject({ slack: files.slack, googlecalendar: files.googlecalendar });
      await sandbox.signIn(project);
      await terminal(project, sandbox, 'push', '--yes');
      await project.write('base44/connectors/slack.jsonc', files.slack.replace('chat:write', 'chat:wite'));
      const editor = await openEditor(project, { env: sandbox.env, settings });
      await editor.openFile('slack.jsonc');
      await expect((await editor.problems()).filter({ hasText: 'pending-authorization' }).first()).toBeVisible();
      await expect(editor.lenses.filter({ hasText: 'Push' })).toBeVisible();
      await editor.find('chat:wite');
      await editor.page.keyboard.press('Control+.');
      await expect(editor.page.locator('.action-widget .monaco-list-row').first()).toBeVisible();
      await picture(editor, `editor-${name}`);
    });

    test('a plan of a push', async ({ sandbox, newProject, openEditor }) => {
      const project = await newProject(files);
      await prepare(sandbox, project);
      await project.write('base44/connectors/slack.jsonc', files.slack.replace('"channels:read"', '"users:read"'));
      const editor = await openEditor(project, { env: sandbox.env, settings });
      await expect(editor.status).toContainText('pending');
      await editor.run('Base44: Preview Push');
      await expect(editor.lenses.filter({ hasText: 'Push now' })).toBeVisible();
      await picture(editor, `plan-${name}`, { x: 0, y: 0, width: 1000, height: 480 });
    });
  });
}

/** An app in the middle of its life: some authorized, some pending, one expired, one without a file. */
async function prepare(sandbox: Sandbox, project: Project): Promise<void> {
  await sandbox.signIn(project);
  const hubspot = { scopes: ['crm.objects.contacts.read', 'crm.objects.deals.read'], user_email: 'sales@example.com' };
  const calendar = { scopes: ['https://www.googleapis.com/auth/calendar.events'], user_email: 'ada@example.com' };
  await sandbox.change({ connectors: { hubspot, googlecalendar: calendar } });
  await terminal(project, sandbox, 'push', '--yes');
  await sandbox.change({
    connectors: {
      hubspot: { ...hubspot, status: 'expired' },
      gmail: { scopes: ['https://www.googleapis.com/auth/gmail.send'], user_email: 'ada@example.com' },
    },
  });
}

async function picture(editor: Editor, name: string, clip?: { x: number; y: number; width: number; height: number }): Promise<void> {
  await editor.quiet();
  const path = join(outDir, 'pictures', `${name}.png`);
  await mkdir(join(outDir, 'pictures'), { recursive: true });
  await editor.page.screenshot({ path, animations: 'disabled', ...(clip === undefined ? {} : { clip }) });
  if (process.env['BASE44_PICTURES'] !== undefined) {
    await copyFile(path, join(repository, 'vscode-extension', 'images', `${name}.png`));
  }
}
