/** Wires the parts together when a window has something of Base44 in it. */

import { window, workspace, type ExtensionContext } from 'vscode';

import { Commands } from './commands';
import { nameLanguages } from './languages';
import { Projects } from './projects';
import type { ProjectStatus, Target } from './protocol';
import { PushPlans } from './pushPlan';
import { Server } from './server/server';
import { section } from './settings';
import { saveFirst } from './unsaved';
import { ConnectorsView } from './views/connectors';
import { StatusBar } from './views/statusBar';

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel('Base44 Connectors', { log: true });
  const named = (target: Target | undefined): ProjectStatus | undefined =>
    projects.all.find(({ uri }) => uri === target?.project) ?? projects.all[0];
  const running = new Server(context.extensionPath, output, async (target) => {
    const project = named(target);
    return project === undefined || saveFirst(project);
  });
  const projects = new Projects(running);
  const plans = new PushPlans();
  server = running;

  context.subscriptions.push(
    output,
    projects,
    plans,
    new ConnectorsView(projects),
    new StatusBar(projects),
    ...nameLanguages(projects),
    ...new Commands(running, projects, plans, output).register(),
    running.onPlan(({ target, plan }) => {
      const project = named(target);
      if (project !== undefined) {
        void plans.show(project, plan);
      }
    }),
    window.onDidChangeWindowState((state) => {
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
  void running.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
