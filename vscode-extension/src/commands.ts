/** The commands of the palette, the view and the walkthrough: each finds its project and hands over to the server. */

import { commands, env, ThemeIcon, Uri, window, workspace, WorkspaceEdit, type Disposable, type LogOutputChannel, type QuickPickItem } from 'vscode';

import { linkApp, setUpFolder } from './linkApp';
import { choose, tell } from './messages';
import { newConnector } from './newConnector';
import { isSame } from './places';
import type { Projects } from './projects';
import type { ConnectorStatus, ProjectStatus, ServerCommand } from './protocol';
import { planScheme, type PushPlans } from './pushPlan';
import type { Server } from './server/server';
import type { SignIn } from './signIn';
import { toAuthorize } from './status';
import { saveFirst } from './unsaved';
import type { Row } from './views/rows';
import { iconOf } from './views/icons';
import { descriptionOf, nameOf, withoutIcons } from './words';

/** The first steps, as package.json has them. */
const walkthrough = 'base44-connectors.base44-connectors#start';

/** What menus hand to a command: a row of the view, an open plan, or nothing. */
type From = Row | Uri | undefined;

export class Commands {
  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
    private readonly plans: PushPlans,
    private readonly output: LogOutputChannel,
    private readonly signInUnderWay: SignIn,
  ) {}

  register(): Disposable[] {
    const on = (name: string, run: (from: From) => unknown): Disposable =>
      commands.registerCommand(`base44Connectors.${name}`, run, this);
    return [
      on('push', (from) => this.push(from)),
      on('previewPush', (from) => this.previewPush(from)),
      on('pull', (from) => this.onProject('base44.pull', from)),
      on('authorize', (from) => this.authorize(from)),
      on('authorizeAll', (from) => this.authorizeAll(from)),
      on('newConnector', (from) => this.newConnector(from)),
      on('refresh', () => this.onEach('base44.refresh')),
      on('signIn', () => this.signIn()),
      on('signOut', () => this.signOut()),
      on('openDashboard', (from) => this.openDashboard(from)),
      on('showOutput', () => {
        this.output.show();
      }),
      on('restartServer', () => this.server.start()),
      on('getStarted', () =>
        this.projects.openSteps(() => commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false))),
      on('linkApp', (from) => this.linkApp(from)),
      on('setUpFolder', (from) => setUpFolder(this.server, from instanceof Uri ? from : undefined)),
      on('scopesFromCode', (from) => this.scopesFromCode(from)),
      on('item.openFile', (from) => this.openFile(from)),
      on('item.deleteFile', (from) => this.deleteFile(from)),
      on('item.authorize', (from) => this.onConnector('base44.authorize', from)),
      on('item.reconnect', (from) => this.onConnector('base44.reconnect', from)),
      on('item.takePlatformScopes', (from) => this.onConnector('base44.takePlatformScopes', from)),
      on('item.createFile', (from) => this.onConnector('base44.createConnector', from)),
      on('item.openLink', (from) => this.openLink(from)),
      on('item.copyLink', (from) => this.copyLink(from)),
    ];
  }

  private async onProject(command: ServerCommand, from: From): Promise<void> {
    const project = await this.projectOf(from);
    if (project !== undefined) {
      await this.server.execute(command, { project: project.uri });
    }
  }

  private async push(from: From): Promise<void> {
    const project = await this.projectOf(from);
    if (project !== undefined && (await saveFirst(project))) {
      await this.server.execute('base44.push', { project: project.uri });
    }
  }

  private async onEach(command: ServerCommand): Promise<void> {
    await Promise.all(this.projects.all.map(({ uri }) => this.server.execute(command, { project: uri })));
  }

  private async onConnector(command: ServerCommand, from: From): Promise<void> {
    const row = pressedRow(from);
    if (row !== undefined) {
      await this.server.execute(command, { project: row.project.uri, types: [row.connector.type] });
    }
  }

  private async previewPush(from: From): Promise<void> {
    const project = await this.projectOf(from);
    if (project !== undefined) {
      const plan = await this.server.execute('base44.previewPush', { project: project.uri });
      await this.plans.show(project, plan);
    }
  }

  private async authorize(from: From): Promise<void> {
    const candidates = this.projects.all.filter((project) => toAuthorize(project).length > 0);
    if (candidates.length === 0 && this.projects.all.length > 0) {
      void tell('information', 'No connector is pending authorization.');
      return;
    }
    const project = await this.projectOf(from, candidates);
    if (project === undefined) {
      return;
    }
    const waiting = toAuthorize(project);
    const items = waiting.map((connector) => authorizeItem(connector));
    const picked = await window.showQuickPick(
      waiting.length > 1 ? [allItem(waiting), ...items] : items,
      { title: `Authorize a connector of ${project.name}`, placeHolder: 'The browser opens to ask for your consent', matchOnDescription: true },
    );
    if (picked !== undefined) {
      await this.server.execute('base44.authorize', { project: project.uri, types: picked.types });
    }
  }

  private async authorizeAll(from: From): Promise<void> {
    const project = await this.projectOf(from, this.projects.all.filter(({ pending }) => pending > 0));
    if (project !== undefined) {
      await this.server.execute('base44.authorizeAll', { project: project.uri });
    }
  }

  private async newConnector(from: From): Promise<void> {
    const project = await this.projectOf(from);
    if (project === undefined) {
      return;
    }
    await newConnector(this.server, project);
  }

  private async linkApp(from: From): Promise<void> {
    const project = await this.projectOf(from, this.projects.all.filter(({ appProblem }) => appProblem !== null));
    if (project !== undefined) {
      await linkApp(this.server, project);
    }
  }

  /** The file asks for what the calls of the app's functions need: of the row, of the file in front, else the person picks. */
  private async scopesFromCode(from: From): Promise<void> {
    const row = connectorRow(from);
    const project = await this.projectOf(from);
    if (project === undefined) {
      return;
    }
    const used = project.connectors.filter(({ users }) => (users ?? 0) > 0);
    const active = window.activeTextEditor?.document.uri;
    const inFront = used.find(({ uri }) => uri !== null && active !== undefined && isSame(Uri.parse(uri), active));
    let connector = row?.connector ?? inFront;
    if (connector === undefined) {
      const items = used.map((one) => ({ label: nameOf(one), iconPath: iconOf(one), description: descriptionOf(one), one }));
      if (items.length === 0) {
        void tell('information', 'No function of this app is known to use a connector.');
        return;
      }
      connector = (await window.showQuickPick(items, { title: 'Take the scopes of a connector from the code' }))?.one;
    }
    if (connector !== undefined) {
      await this.server.execute('base44.scopesFromCode', { project: project.uri, types: [connector.type] });
    }
  }

  private async signIn(): Promise<void> {
    if (await this.signInUnderWay.again()) {
      return;
    }
    const project = this.projects.all.find(({ state }) => state === 'signedOut') ?? this.projects.all[0];
    await this.server.execute('base44.signIn', project === undefined ? {} : { project: project.uri });
  }

  private async signOut(): Promise<void> {
    const project = this.projects.all[0];
    await this.server.execute('base44.signOut', project === undefined ? {} : { project: project.uri });
  }

  private async openDashboard(from: From): Promise<void> {
    const project = await this.projectOf(
      from,
      this.projects.all.filter(({ dashboard }) => dashboard !== null),
    );
    if (project !== undefined) {
      await this.server.execute('base44.openDashboard', { project: project.uri });
    }
  }

  private async openFile(from: From): Promise<void> {
    const uri = pressedRow(from)?.connector.uri;
    if (uri !== undefined && uri !== null) {
      await commands.executeCommand('vscode.open', Uri.parse(uri));
    }
  }

  private async deleteFile(from: From): Promise<void> {
    const row = pressedRow(from);
    if (row === undefined || row.connector.uri === null) {
      return;
    }
    const uri = Uri.parse(row.connector.uri);
    const deletion = 'Delete';
    const choice = await window.showWarningMessage(
      `Delete ${workspace.asRelativePath(uri)}?`,
      { modal: true, detail: `The app keeps ${nameOf(row.connector)} until the next push, which asks before it removes it.` },
      deletion,
    );
    if (choice === deletion) {
      // Through the editor, so that it can be undone there.
      const edit = new WorkspaceEdit();
      edit.deleteFile(uri, { ignoreIfNotExists: true });
      await workspace.applyEdit(edit);
    }
  }

  private async openLink(from: From): Promise<void> {
    const link = pressedRow(from)?.connector.link;
    if (link !== undefined && link !== null && isSafe(link)) {
      await env.openExternal(Uri.parse(link, true));
    }
  }

  private async copyLink(from: From): Promise<void> {
    const link = pressedRow(from)?.connector.link;
    if (link !== undefined && link !== null) {
      await env.clipboard.writeText(link);
    }
  }

  /** A row names its project; an open plan, or the file in front, lies in one; else the person picks, or sees how to get one. */
  private async projectOf(from: From, candidates = this.projects.all): Promise<ProjectStatus | undefined> {
    if (from instanceof Uri) {
      return this.plans.projectOf(from) ?? this.projects.of(from);
    }
    if (from?.kind !== undefined) {
      return from.project;
    }
    const active = window.activeTextEditor?.document.uri;
    const planned = active?.scheme === planScheme ? this.plans.projectOf(active) : undefined;
    if (this.projects.all.length === 0) {
      void offerProject();
      return undefined;
    }
    return candidates.find(({ uri }) => uri === planned?.uri) ?? this.projects.choose(candidates);
  }
}

/** The walkthrough has commands that need a project, for who has none as well. */
async function offerProject(): Promise<void> {
  const [open, setUp] = ['Open Folder', 'Set Up This Folder'];
  const choices = (workspace.workspaceFolders ?? []).length === 0 ? [open] : [setUp, open];
  const choice = await choose('information', 'A connector belongs to a Base44 project, and none is open.', ...choices);
  if (choice !== undefined) {
    await commands.executeCommand(choice === open ? 'vscode.openFolder' : 'base44Connectors.setUpFolder');
  }
}

function connectorRow(from: From): { project: ProjectStatus; connector: ConnectorStatus } | undefined {
  return from !== undefined && !(from instanceof Uri) && from.kind === 'connector' ? from : undefined;
}

/**
 * The row that was pressed. The editor does not know its rows while rows come or go, and hands over nothing then: a click
 * must not be lost without a word.
 */
function pressedRow(from: From): ReturnType<typeof connectorRow> {
  if (from === undefined) {
    void tell('information', 'The connectors have just changed. Choose once more.');
  }
  return connectorRow(from);
}

function authorizeItem(connector: ConnectorStatus): QuickPickItem & { types: string[] } {
  return withoutIcons({
    label: nameOf(connector),
    iconPath: iconOf(connector),
    description: descriptionOf(connector),
    types: [connector.type],
  });
}

function allItem(connectors: ConnectorStatus[]): QuickPickItem & { types: string[] } {
  return {
    label: `Authorize all ${connectors.length}`,
    iconPath: new ThemeIcon('checklist'),
    types: connectors.map(({ type }) => type),
  };
}

/** Only a secure address is opened, or one on this computer. */
function isSafe(link: string): boolean {
  try {
    const { protocol, hostname } = new URL(link);
    return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
  } catch {
    return false;
  }
}
