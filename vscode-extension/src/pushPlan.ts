/** What a push would do, as a text to read: each connector with its scopes, added and removed. */

import {
  CodeLens,
  EventEmitter,
  languages,
  Range,
  Uri,
  window,
  workspace,
  type CodeLensProvider,
  type Disposable,
  type TextDocumentContentProvider,
} from 'vscode';

import type { ProjectStatus } from './protocol';

export const planScheme = 'base44-push-plan';

/** Shows plans, one document a project, which a later plan replaces. */
export class PushPlans implements TextDocumentContentProvider, CodeLensProvider, Disposable {
  private readonly plans = new Map<string, { text: string; project: ProjectStatus }>();
  private readonly emitter = new EventEmitter<Uri>();
  private readonly registrations: Disposable[];

  readonly onDidChange = this.emitter.event;

  constructor() {
    this.registrations = [
      workspace.registerTextDocumentContentProvider(planScheme, this),
      languages.registerCodeLensProvider({ scheme: planScheme }, this),
      workspace.onDidCloseTextDocument((document) => {
        this.plans.delete(document.uri.toString());
      }),
    ];
  }

  dispose(): void {
    for (const registration of this.registrations) {
      registration.dispose();
    }
    this.emitter.dispose();
  }

  /** Opens a plan, or renews the one that is open. */
  async show(project: ProjectStatus, plan: unknown): Promise<void> {
    const text = textOf(plan);
    if (text === undefined) {
      return;
    }
    const uri = Uri.from({ scheme: planScheme, path: `/${project.name.replaceAll('/', '-')} push plan.diff`, query: project.uri });
    this.plans.set(uri.toString(), { text, project });
    this.emitter.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { preview: true });
  }

  /** The project that an open plan is of. */
  projectOf(uri: Uri): ProjectStatus | undefined {
    return this.plans.get(uri.toString())?.project;
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.plans.get(uri.toString())?.text ?? 'This plan is out of date. Preview the push again.\n';
  }

  provideCodeLenses(document: { uri: Uri }): CodeLens[] {
    const project = this.projectOf(document.uri);
    if (project === undefined) {
      return [];
    }
    const top = new Range(0, 0, 0, 0);
    return [
      new CodeLens(top, { title: '$(cloud-upload) Push now', command: 'base44Connectors.push', arguments: [document.uri] }),
      new CodeLens(top, { title: '$(refresh) Plan again', command: 'base44Connectors.previewPush', arguments: [document.uri] }),
    ];
  }
}

/** The plan's text, as the server worded it for every editor. */
function textOf(plan: unknown): string | undefined {
  if (typeof plan === 'string') {
    return plan;
  }
  if (typeof plan === 'object' && plan !== null && 'text' in plan && typeof plan.text === 'string') {
    return plan.text;
  }
  return undefined;
}
