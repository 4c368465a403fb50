/** Wires the parts together when a window has something of Base44 in it. */

import { commands, Uri, window, workspace, type Disposable, type ExtensionContext, type LogOutputChannel, type TextDocument } from 'vscode';

import * as editor from 'vscode';

import { offerMcpServer } from './agent/mcp';
import { AgentTools } from './agent/tools';
import { Commands } from './commands';
import { nameLanguages } from './languages';
import { lookedAt } from './messages';
import { Projects } from './projects';
import type { Act, ProjectStatus, Target } from './protocol';
import { PushPlans } from './pushPlan';
import { connectorLanguage, Server } from './server/server';
import { section } from './settings';
import { SignIn } from './signIn';
import { offersSetUp } from './setUp';
import { showsUses } from './uses';
import { saveFirst } from './unsaved';
import { ConnectorsView } from './views/connectors';
import { StatusBar } from './views/statusBar';

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel('Base44 Connectors', { log: true });
  const named = (target: Target | undefined): ProjectStatus | undefined =>
    projects.all.find(({ uri }) => uri === target?.project) ?? projects.all[0];
  const running = new Server(context.extension, output, async (target) => {
    const project = named(target);
    return project === undefined || saveFirst(project);
  }, (target, push) => plans.during(target?.project, push));
  const projects = new Projects(running);
  const plans = new PushPlans();
  server = running;

  const view = new ConnectorsView(projects, running);
  const signIn = new SignIn(running);
  context.subscriptions.push(
    output,
    projects,
    plans,
    view,
    signIn,
    commands.registerCommand('base44Connectors.showRow', () => {
      const file = window.activeTextEditor?.document.uri;
      return file === undefined ? undefined : view.show(file);
    }),
    new StatusBar(projects),
    ...nameLanguages(projects),
    new AgentTools(running, projects),
    showsUses(),
    offersSetUp(projects),
    ...new Commands(running, projects, plans, output, signIn).register(),
    running.onPlan(({ target, plan }) => {
      const project = named(target);
      if (project !== undefined) {
        void plans.show(project, plan);
      }
    }),
    running.onAct((act) => {
      void followed(act, output);
    }),
    window.onDidChangeWindowState((state) => {
      lookedAt(state.focused);
      if (state.focused) {
        running.focused();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      running.trusted();
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${section}.serverPath`) || change.affectsConfiguration(`${section}.apiUrl`)) {
        void running.start();
      }
    }),
  );
  const { version } = context.extension.packageJSON as { version: string };
  const mcp = offerMcpServer(running, projects, version, editor);
  if (mcp !== undefined) {
    context.subscriptions.push(mcp);
  }
  context.subscriptions.push(...whenThereIsAProject(() => {
    if (running.phase === 'idle') {
      void running.start();
    }
  }));
}

/** Where a button of the server's leads; one of a newer server that this does not know leads to the output. */
async function followed({ action, project }: Act, output: LogOutputChannel): Promise<void> {
  switch (action) {
    case 'linkApp':
      await commands.executeCommand('base44Connectors.linkApp', project === null ? undefined : Uri.joinPath(Uri.parse(project), 'base44'));
      return;
    case 'openSettings':
      await commands.executeCommand('workbench.action.openSettings', `${section}.apiUrl`);
      return;
    default:
      output.show();
  }
}

/**
 * A window may be here for a command alone; the server starts where there is something to look at: a project, or an app
 * that has none yet, whose functions may use connectors all the same.
 */
function whenThereIsAProject(start: () => void): Disposable[] {
  const marks = '**/base44/{config.jsonc,config.json,.app.jsonc,.app.json,functions/**}';
  const startFor = (document: TextDocument): void => {
    if (document.languageId === connectorLanguage) {
      start();
    }
  };
  const look = async (): Promise<void> => {
    if ((await workspace.findFiles(marks, '**/node_modules/**', 1)).length > 0) {
      start();
    }
  };
  const watcher = workspace.createFileSystemWatcher(marks, false, true, true);
  workspace.textDocuments.forEach(startFor);
  void look();
  return [
    watcher,
    watcher.onDidCreate(start),
    workspace.onDidOpenTextDocument(startFor),
    workspace.onDidChangeWorkspaceFolders(look),
  ];
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
