/** VS Code with a project open: what a person does in it, and what they see. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { expect, type Locator, type Page } from '@playwright/test';

import { editorEntry } from '../editor.mjs';
import { environment } from './environment.ts';
import { agentDir, extensionsDir } from './places.ts';
import type { Project } from './project.ts';
import { toldIn, watchTold, type Told } from './told.ts';

export interface EditorOptions {
  /** The person's own settings. */
  settings?: Record<string, unknown>;
  /** More of the environment the editor starts in. */
  env?: Record<string, string>;
  /** Opens without asking whether the folder is trusted. */
  trusted?: boolean;
  /** Another folder to open than the project's; none where it is empty. */
  folder?: string;
  /** A `.code-workspace` file to open in place of a folder. */
  workspace?: string;
  /** A file of the project that is open from the start. */
  file?: string;
  /** With an extension that calls the tools for agents, as an agent would. */
  agent?: boolean;
}

/** Nothing of VS Code itself that could stand in the way. */
const calm = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.commandCenter': false,
  'chat.commandCenter.enabled': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'editor.minimap.enabled': false,
  'editor.fontFamily': 'DejaVu Sans Mono',
  'editor.fontSize': 13,
  'remote.autoForwardPorts': false,
  'update.mode': 'none',
  'files.autoSave': 'off',
  'security.workspace.trust.untrustedFiles': 'open',
};

export class Editor {
  private readonly others: Editor[] = [];

  private constructor(
    readonly page: Page,
    readonly project: Project,
    private readonly process: ChildProcess,
  ) {}

  /** Starts the editor on the project, and waits until it can be worked with. */
  static async open(page: Page, project: Project, options: EditorOptions = {}): Promise<Editor> {
    const data = join(project.base, 'editor');
    await mkdir(join(data, 'User'), { recursive: true });
    await writeFile(join(data, 'User', 'settings.json'), JSON.stringify({ ...calm, ...options.settings }));
    const process = spawn(
      'node',
      [
        editorEntry,
        '--auth', 'none',
        '--bind-addr', '127.0.0.1:0',
        '--disable-telemetry',
        '--disable-update-check',
        '--disable-getting-started-override',
        ...(options.trusted === false ? [] : ['--disable-workspace-trust']),
        '--user-data-dir', data,
        '--extensions-dir', extensionsDir,
      ],
      { env: { ...environment(project), ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    const address = await listening(process);
    const folder = options.folder ?? project.root;
    const opened = new URLSearchParams(
      options.workspace !== undefined ? { workspace: options.workspace } : folder === '' ? { ew: 'true' } : { folder },
    );
    const remote = (path: string): string => `vscode-remote://${new URL(address).host}${path}`;
    const payload: [string, string][] = [];
    if (options.file !== undefined) {
      payload.push(['openFile', remote(`${project.root}/${options.file}`)]);
    }
    if (options.agent === true) {
      payload.push(['extensionDevelopmentPath', remote(agentDir)]);
    }
    if (payload.length > 0) {
      opened.set('payload', JSON.stringify(payload));
    }
    return Editor.window(page, project, process, `${address}/?${opened.toString()}`);
  }

  private static async window(page: Page, project: Project, process: ChildProcess, address: string): Promise<Editor> {
    await watchTold(page);
    await page.goto(address);
    await page.locator('.monaco-workbench').waitFor();
    await page.locator('.statusbar').waitFor();
    return new Editor(page, project, process);
  }

  /** One more window on the same, which is closed with this one. */
  async anotherWindow(): Promise<Editor> {
    const other = await Editor.window(await this.page.context().newPage(), this.project, this.process, this.page.url());
    this.others.push(other);
    return other;
  }

  /** What each of its windows told so far. */
  get told(): Promise<Told[]> {
    return Promise.all([this, ...this.others].map(({ page }) => toldIn(page)));
  }

  /** Ends it with everything it started. */
  async close(): Promise<void> {
    const { pid, exitCode, signalCode } = this.process;
    if (pid === undefined || exitCode !== null || signalCode !== null) {
      return;
    }
    await this.page.goto('about:blank');
    const ended = once(this.process, 'exit');
    process.kill(-pid, 'SIGTERM');
    const late = setTimeout(() => process.kill(-pid, 'SIGKILL'), 5000);
    await ended;
    clearTimeout(late);
  }

  /** Opens a file of the project by its name, with the keyboard. */
  async openFile(name: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    const row = this.page.locator('.quick-input-widget .monaco-list-row', { hasText: name });
    // It closes where a file that was opened before comes up a moment later, and takes the focus.
    await expect(async () => {
      if (!(await input.isVisible())) {
        await this.page.keyboard.press('Control+P');
      }
      await input.fill(name, { timeout: 3000 });
      await expect(input).toBeFocused();
    }).toPass({ timeout: 60_000 });
    // Recent files stand first until the filter has told; on a busy computer what searches for files is still to start.
    await expect(row.first()).toHaveClass(/focused/, { timeout: 60_000 });
    await this.page.keyboard.press('Enter');
    await expect(this.page.locator('.tab.active', { hasText: name })).toBeVisible();
    await this.page.locator('.editor-instance .monaco-editor .view-lines').first().waitFor();
  }

  /** Runs a command from the palette, by its title. */
  async run(title: string): Promise<void> {
    // What the palette offers is settled as it opens: opened before the project is known, it has to be opened again.
    await expect(async () => {
      await this.openPalette(title);
      await expect(this.palette(title).first()).toBeVisible({ timeout: 3000 });
    }).toPass({ timeout: 90_000 });
    // Commands of before stand first until the filter has told, and Enter takes what stands first.
    await this.palette(title).first().click();
  }

  /** Opens the palette with a filter, to see what it offers. */
  async openPalette(filter: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    // It closes at once where a page takes the focus back, as the walkthrough does after one of its buttons.
    await expect(async () => {
      if (await input.isVisible()) {
        await this.page.keyboard.press('Escape');
      }
      await this.page.keyboard.press('F1');
      await input.fill(`>${filter}`, { timeout: 3000 });
      await expect(input).toBeFocused();
    }).toPass({ timeout: 60_000 });
  }

  /** The palette's rows of a title. */
  palette(title: string): Locator {
    return this.page.locator('.quick-input-widget .monaco-list-row', { hasText: title });
  }

  /** Types into the list that is open, and takes the row of this text once it is the chosen one: rows come a moment later. */
  async pick(placeholder: string, words: string, text: string): Promise<void> {
    await this.page.getByPlaceholder(placeholder).fill(words);
    await expect(this.palette(text).first()).toHaveClass(/focused/);
    await this.page.keyboard.press('Enter');
  }

  /** Puts the cursor behind a text of the open file. */
  async cursorAfter(text: string): Promise<void> {
    await this.find(text);
    await this.page.keyboard.press('ArrowRight');
  }

  /** Selects a text of the open file. */
  async find(text: string): Promise<void> {
    await this.page.locator('.monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('Control+F');
    const input = this.page.locator('.find-widget textarea').first();
    await expect(input).toBeFocused();
    // A text that stands there from before is not looked for anew.
    await input.fill('');
    await expect(this.page.locator('.find-widget .matchesCount')).not.toContainText(/1 of/);
    await input.fill(text);
    await expect(this.page.locator('.find-widget .matchesCount')).toContainText(/1 of/);
    await this.page.keyboard.press('Escape');
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await expect(this.page.locator('.tab.active.dirty')).toHaveCount(0);
  }

  /** The text of the open file as far as it is shown. */
  get text(): Locator {
    return this.page.locator('.editor-instance .view-lines').first();
  }

  squiggles(severity: 'error' | 'warning' | 'info' | 'hint'): Locator {
    return this.page.locator(`.editor-instance .squiggly-${severity}`);
  }

  /** The rows of the Problems panel, which this opens. */
  async problems(): Promise<Locator> {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) {
      await this.page.keyboard.press('Control+Shift+M');
      await panel.waitFor();
    }
    return panel.locator('.monaco-list-row');
  }

  /** Asks for a link to be opened and gives the address the editor would open, without opening it. */
  async addressOf(link: Locator): Promise<string> {
    await link.click();
    const dialog = this.page.getByRole('dialog', { name: /open the external website/ });
    const address = await dialog.locator('.dialog-message-detail').innerText();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    return address;
  }

  /**
   * Opens the list of fixes at the cursor, and gives its row of this text, once it is the chosen one. The editor asks only
   * those who have told it by then that they have fixes for the file, so it may have to be opened anew.
   */
  async fixes(text: string): Promise<Locator> {
    const rows = this.page.locator('.action-widget .monaco-list-row');
    const fix = rows.filter({ hasText: text }).first();
    const none = this.page.locator('.monaco-editor-overlaymessage:visible');
    await expect(async () => {
      if (await rows.first().isVisible()) {
        await this.page.keyboard.press('Escape');
        await expect(rows).toHaveCount(0);
      }
      await this.page.keyboard.press('Control+.');
      await expect(rows.or(none).first()).toBeVisible();
      // The list takes nothing before it has settled.
      await expect(fix).toHaveClass(/focused/, { timeout: 3000 });
    }).toPass({ timeout: 60_000 });
    return fix;
  }

  /** The entries of the list of fixes that is open. */
  get listedFixes(): Locator {
    return this.page.locator('.action-widget .monaco-list-row.action');
  }

  /** What the editor says of a text of the open file, once the mouse rests on it. */
  async hover(text: string): Promise<Locator> {
    await this.page.locator('.editor-instance .view-lines').getByText(text).first().hover();
    const card = this.page.locator('.monaco-editor .monaco-hover:visible').first();
    await expect(card).toBeVisible();
    return card;
  }

  /** The completion list. */
  get suggestions(): Locator {
    return this.page.locator('.suggest-widget .monaco-list-row');
  }

  /** The item in the status bar. */
  get status(): Locator {
    return this.page.locator('.statusbar-item[id="base44-connectors.base44-connectors.base44Connectors.status"]');
  }

  /** Opens the Connectors view and gives its rows. */
  async connectors(): Promise<Locator> {
    const title = this.page.locator('.sidebar .title-label', { hasText: /Base44/i });
    if (!(await title.isVisible())) {
      await this.page.locator('.activitybar .action-item', { has: this.page.locator('a[aria-label^="Base44"]') }).click();
      await title.waitFor();
    }
    return this.page.locator('.sidebar .tree-explorer-viewlet-tree-view .monaco-list-row');
  }

  /** The Connectors view as a screen reader has it. */
  get view(): Locator {
    return this.page.locator('.sidebar .tree-explorer-viewlet-tree-view').getByRole('tree');
  }

  /** The number on the view's icon; none where nothing waits. */
  get badge(): Locator {
    return this.page.locator('.activitybar .action-item', { has: this.page.locator('a[aria-label^="Base44"]') }).locator('.badge-content');
  }

  /** Opens the context menu of a row. */
  async menuOf(row: Locator): Promise<void> {
    // Where the focus moves at that moment, the menu goes as it comes.
    await expect(async () => {
      if (!(await this.menu.first().isVisible())) {
        await row.click({ button: 'right' });
      }
      await expect(this.menu.first()).toBeVisible({ timeout: 3000 });
    }).toPass({ timeout: 30_000 });
  }

  /** The entries of the open context menu. */
  get menu(): Locator {
    return this.page.locator('.context-view .monaco-menu .action-item:not(.disabled) .action-label:not(.separator)');
  }

  /**
   * Chooses an entry of the open context menu. The editor takes no click in a menu's first tenth of a second, so that
   * the click that opened it chooses nothing: the button stays down longer than that.
   */
  async choose(entry: string): Promise<void> {
    await this.menu.filter({ hasText: entry }).click({ delay: 250 });
  }

  /** Presses an inline action of a row of the view. */
  async act(row: Locator, action: string): Promise<void> {
    await row.hover();
    await row.getByRole('button', { name: action }).click();
  }

  /** Opens the list of the extensions that have started in this window, and gives its rows. */
  async runningExtensions(): Promise<Locator> {
    await this.run('Developer: Show Running Extensions');
    const list = this.page.locator('.runtime-extensions-editor');
    await list.waitFor();
    return list.locator('.monaco-list-row');
  }

  /** When the editor started the extension in this window, as its own log has it, in milliseconds since 1970. */
  async activated(): Promise<number> {
    const logs = join(this.project.base, 'editor', 'logs');
    const names = await readdir(logs, { recursive: true });
    for (const name of names.filter((file) => file.endsWith('remoteexthost.log'))) {
      const line = /^(\S+ \S+) .*doActivateExtension base44-connectors\./m.exec(await readFile(join(logs, name), 'utf8'));
      if (line?.[1] !== undefined) {
        return Date.parse(line[1].replace(' ', 'T'));
      }
    }
    throw new Error('The editor did not start the extension.');
  }

  /** The question that stands before everything else. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Presses a button of that question, and waits until it is gone: the next one may stand there at once. */
  async decide(button: string): Promise<void> {
    const asked = await this.dialog.elementHandle();
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
    await asked?.waitForElementState('hidden');
  }

  /** Draws the border between side bar and editor to the right. */
  async widenSideBar(pixels: number): Promise<void> {
    const right = await this.page.locator('.part.sidebar').evaluate((element) => element.getBoundingClientRect().right);
    await this.page.mouse.move(right, 300);
    await this.page.mouse.down();
    await this.page.mouse.move(right + pixels, 300, { steps: 3 });
    await this.page.mouse.up();
  }

  get lenses(): Locator {
    return this.page.locator('.editor-instance .codelens-decoration');
  }

  /** Nothing moves or floats: for pictures. */
  async quiet(): Promise<void> {
    await this.page.mouse.move(700, 300);
    await expect(this.page.locator('.workbench-hover:visible')).toHaveCount(0);
    await expect(this.page.locator('.statusbar .codicon-modifier-spin')).toHaveCount(0);
  }

  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** Closes a notification, as a person does who has read it. */
  async closeToast(text: string | RegExp): Promise<void> {
    const toast = this.notifications.filter({ hasText: text });
    await toast.hover();
    await toast.getByRole('button', { name: /^Clear Notification/ }).click();
    await expect(toast).toHaveCount(0);
  }

  /** Presses a button of a notification. */
  async answer(notification: string | RegExp, button: string | RegExp): Promise<void> {
    const toast = this.notifications.filter({ hasText: notification });
    await toast.getByRole('button', { name: button }).click();
  }
}

/** The address, as soon as it is listened at. */
function listening(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const { stdout, stderr } = process;
    if (stdout === null || stderr === null) {
      reject(new Error('The editor has no output.'));
      return;
    }
    stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    createInterface({ input: stdout }).on('line', (line) => {
      said.push(`${line}\n`);
      const address = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address !== undefined) {
        resolve(address);
      }
    });
    process.once('exit', () => {
      reject(new Error(`The editor did not start:\n${said.join('')}`));
    });
  });
}
