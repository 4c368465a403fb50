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

import { isPlan, planText } from './planText';
import type { ProjectStatus } from './protocol';
import { nameOf } from './words';

export const planScheme = 'base44-push-plan';

/** Shows plans, one document a project, which a later plan replaces. */
export class PushPlans implements TextDocumentContentProvider, CodeLensProvider, Disposable {
  private readonly plans = new Map<string, { text: string; project: ProjectStatus; isDone?: boolean }>();
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
    const text = textOf(plan, project);
    if (text === undefined) {
      return;
    }
    const uri = Uri.from({ scheme: planScheme, path: `/${project.name.replaceAll('/', '-')} push plan.diff`, query: project.uri });
    this.plans.set(uri.toString(), { text, project });
    this.emitter.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { preview: true });
  }

  /** Marks the plan of a project as past once a push was made, whatever came of it. */
  carriedOut(project: ProjectStatus): void {
    for (const [uri, plan] of this.plans) {
      if (plan.project.uri === project.uri && plan.isDone !== true) {
        this.plans.set(uri, { ...plan, text: `A push was made since: this plan is past.\n\n${plan.text}`, isDone: true });
        this.emitter.fire(Uri.parse(uri));
      }
    }
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
    const isDone = this.plans.get(document.uri.toString())?.isDone === true;
    const push = new CodeLens(top, { title: 'Push now', command: 'base44Connectors.push', arguments: [document.uri] });
    const again = new CodeLens(top, { title: 'Plan again', command: 'base44Connectors.previewPush', arguments: [document.uri] });
    return isDone ? [again] : [push, again];
  }
}

/** What a person calls a type: whatever a plan names is among the project's connectors. */
function serviceOf(type: string, { connectors }: ProjectStatus): string {
  const known = connectors.find((connector) => connector.type === type);
  return known === undefined ? type : nameOf(known);
}

/** The plan as a diff, where the server gave its steps; else as it worded it for every editor. */
function textOf(answer: unknown, project: ProjectStatus): string | undefined {
  if (typeof answer !== 'object' || answer === null) {
    return undefined;
  }
  const { plan, text } = answer as { plan?: unknown; text?: unknown };
  if (!isPlan(plan)) {
    return typeof text === 'string' ? text : undefined;
  }
  // What only the editor knows stands below the steps.
  const notes = typeof text === 'string' ? [...text.matchAll(/^Note: (.+)$/gm)].map(([, note]) => note ?? '') : [];
  return planText({ ...plan, notes: [...new Set([...(plan.notes ?? []), ...notes])] }, project.name, (type) => serviceOf(type, project));
}
