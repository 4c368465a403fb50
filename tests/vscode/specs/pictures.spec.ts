/**
 * The pictures of the README, made as the extension is: `BASE44_PICTURES=1` keeps them in the extension's folder. What is
 * packed is made small by `pngquant` (apt-get install pngquant).
 */

import { execFileSync } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Editor } from '../support/editor.ts';
import { outDir, repository } from '../support/places.ts';
import type { Project } from '../support/project.ts';
import { expect, test } from '../support/test.ts';
import { terminal } from '../support/terminal.ts';
import type { Sandbox } from '../support/sandbox.ts';

const files = {
  slack: '// Posts the daily summary to #sales.\n{\n  "type": "slack",\n  "scopes": [\n    "channels:read",\n    "chat:write",\n  ],\n}\n',
  googlecalendar:
    '{\n  "type": "googlecalendar",\n  "scopes": [\n    "https://www.googleapis.com/auth/calendar.events",\n  ],\n}\n',
  notion: '{ "type": "notion" }\n',
  hubspot: '{\n  "type": "hubspot",\n  "scopes": ["crm.objects.contacts.read", "crm.objects.deals.read"],\n}\n',
};

const keep = process.env['BASE44_PICTURES'] !== undefined;

/** The same steps in other colours say nothing new, and take minutes: only where the pictures are wanted. */
const themes = { dark: 'Default Dark Modern', ...(keep ? { light: 'Default Light Modern' } : {}) };

/** What the README shows is sharp on every screen; what is packed into the extension is small. */
const sharp = { viewport: { width: 1320, height: 700 }, deviceScaleFactor: 2 };
const small = { viewport: { width: 700, height: 330 }, deviceScaleFactor: 1 };

for (const [name, theme] of Object.entries(themes)) {
  const settings = {
    'workbench.colorTheme': theme,
    'window.autoDetectColorScheme': false,
    'editor.occurrencesHighlight': 'off',
    'editor.selectionHighlight': false,
    'editor.renderLineHighlight': 'none',
    'editor.matchBrackets': 'never',
    'breadcrumbs.enabled': false,
    // The problem that is selected in the panel marks its line.
    'workbench.colorCustomizations': { 'editor.rangeHighlightBackground': '#00000000' },
  };
  const plain = {
    ...settings,
    'workbench.activityBar.location': 'hidden',
    'editor.scrollbar.horizontal': 'hidden',
    'editor.scrollbar.vertical': 'hidden',
    'editor.overviewRulerBorder': false,
    'editor.hideCursorInOverviewRuler': true,
  };

  test.describe(`for the README, ${name} theme`, () => {
    test.use({ colorScheme: name === 'dark' ? 'dark' : 'light', ...sharp });

    test('connectors at a glance', async ({ sandbox, newProject, openEditor }) => {
      const project = await newProject(files);
      await prepare(sandbox, project);
      const editor = await openEditor(project, { env: sandbox.env, settings });
      await editor.openFile('slack.jsonc');
      const rows = await editor.connectors();
      await editor.widenSideBar(60);
      await expect(rows.filter({ hasText: 'Google Calendar' })).toContainText('ada@example.com');
      await expect(editor.lenses.filter({ hasText: 'Authorize' })).toBeVisible();
      const problems = await editor.problems();
      for (const code of ['pending-authorization', 'authorization-expired', 'removed-on-push']) {
        await expect(problems.filter({ hasText: code }).first()).toBeVisible();
      }
      await editor.page.keyboard.press('Control+1');
      await picture(editor, 'images', `connectors-${name}`);
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
      await expect(editor.status).toContainText('1 pending');
      await editor.cursorAfter('chat:wite');
      await editor.fixes('chat:write');
      await picture(editor, 'images', `editor-${name}`);
    });

    test('a plan of a push', async ({ sandbox, newProject, openEditor }) => {
      const project = await newProject(files);
      await prepare(sandbox, project);
      await project.write('base44/connectors/slack.jsonc', files.slack.replace('"channels:read"', '"users:read"'));
      const editor = await openEditor(project, { env: sandbox.env, settings });
      await expect(editor.status).toContainText('pending');
      await editor.run('Base44: Preview Push');
      await expect(editor.lenses.filter({ hasText: 'Push now' })).toBeVisible();
      await picture(editor, 'images', `plan-${name}`);
    });
  });

  test.describe(`for the walkthrough, ${name} theme`, () => {
    test.use({ colorScheme: name === 'dark' ? 'dark' : 'light', ...small });

    test('a project', async ({ newProject, openEditor }) => {
      const project = await newProject(files);
      const editor = await openEditor(project, { settings: plain });
      await editor.openFile('googlecalendar.jsonc');
      await editor.openFile('config.jsonc');
      await expect(editor.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'slack.jsonc' })).toBeVisible();
      await editor.page.keyboard.press('Control+K');
      await editor.page.keyboard.press('W');
      await editor.openFile('config.jsonc');
      await picture(editor, 'walkthrough', `project-${name}`);
    });

    test('the scopes of a service', async ({ newProject, openEditor }) => {
      const project = await newProject({ slack: files.slack.replace('"chat:write"', '""') });
      const editor = await openEditor(project, { settings: plain });
      await editor.openFile('slack.jsonc');
      await editor.page.keyboard.press('Control+B');
      await expect(editor.squiggles('warning')).toBeVisible();
      await editor.cursorAfter('""');
      await editor.page.keyboard.press('ArrowLeft');
      await editor.page.keyboard.type('users');
      await expect(editor.suggestions.first()).toBeVisible();
      await picture(editor, 'walkthrough', `connector-${name}`);
    });

    test('a push', async ({ sandbox, newProject, openEditor }) => {
      const project = await newProject(files);
      await prepare(sandbox, project);
      const editor = await openEditor(project, { env: sandbox.env, settings: plain });
      await editor.openFile('slack.jsonc');
      await editor.page.keyboard.press('Control+B');
      await editor.run('Base44: Preview Push');
      await expect(editor.lenses.filter({ hasText: 'Push now' })).toBeVisible();
      await picture(editor, 'walkthrough', `push-${name}`);
    });

    test('a consent that is waited for', async ({ sandbox, newProject, openEditor }) => {
      const { slack, googlecalendar } = files;
      const project = await newProject({ slack, googlecalendar });
      await sandbox.signIn(project);
      await sandbox.change({ connectors: { googlecalendar: calendar } });
      await terminal(project, sandbox, 'push', '--yes');
      const editor = await openEditor(project, { env: sandbox.env, settings: plain });
      await editor.openFile('slack.jsonc');
      await editor.run('View: Show Base44');
      const rows = await editor.connectors();
      await editor.widenSideBar(100);
      await expect(rows.filter({ hasText: 'Slack User' })).toContainText('pending');
      await expect(editor.lenses.filter({ hasText: 'Authorize' })).toBeVisible();
      await editor.page.keyboard.press('Control+1');
      await picture(editor, 'walkthrough', `authorize-${name}`);
    });
  });
}

const calendar = { scopes: ['https://www.googleapis.com/auth/calendar.events'], user_email: 'ada@example.com' };

/** An app in the middle of its life: some authorized, some pending, one expired, one without a file. */
async function prepare(sandbox: Sandbox, project: Project): Promise<void> {
  await sandbox.signIn(project);
  const hubspot = { scopes: ['crm.objects.contacts.read', 'crm.objects.deals.read'], user_email: 'ada@example.com' };
  await sandbox.change({ connectors: { hubspot, googlecalendar: calendar } });
  await terminal(project, sandbox, 'push', '--yes');
  await sandbox.change({
    connectors: {
      hubspot: { ...hubspot, status: 'expired' },
      gmail: { scopes: ['https://www.googleapis.com/auth/gmail.send'], user_email: 'ada@example.com' },
    },
  });
}

async function picture(editor: Editor, folder: 'images' | 'walkthrough', name: string): Promise<void> {
  await editor.quiet();
  const path = join(outDir, 'pictures', `${name}.png`);
  await mkdir(join(outDir, 'pictures'), { recursive: true });
  await editor.page.screenshot({ path, animations: 'disabled', caret: 'hide', style: strayItems });
  if (keep) {
    const kept = join(repository, 'vscode-extension', folder, `${name}.png`);
    if (folder === 'walkthrough') {
      execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--quality', '80-100', '--output', kept, path]);
    } else {
      await copyFile(path, kept);
    }
  }
}

/** What only this editor in a browser has in its status bar. */
const strayItems = ['status.host', 'status.forwardedPorts', 'status.workbench.keyboardLayout', 'status.languageStatus']
  .map((id) => `[id="${id}"] { display: none !important }`)
  .concat('.monaco-editor .cursors-layer { display: none }')
  .join('\n');
