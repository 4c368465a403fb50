/** What a push would do, as a text to read: each connector with its scopes, added and removed. */

import {
  CodeLens,
  commands,
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
import { LENS_PATIENCE_MS, MAX_TOLD } from './server/lenses';
import { nameOf } from './words';

export const planScheme = 'base44-push-plan';

/** A plan that is shown, and whether it can still be carried out. */
interface Shown {
  text: string;
  project: ProjectStatus;
  state: 'ahead' | 'underWay' | 'past';
}

/** Shows plans, one document a project, which a later plan replaces. */
export class PushPlans implements TextDocumentContentProvider, CodeLensProvider, Disposable {
  private readonly plans = new Map<string, Shown>();
  private readonly emitter = new EventEmitter<Uri>();
  private readonly lensEmitter = new EventEmitter<void>();
  private timer: NodeJS.Timeout | undefined;
  private readonly registrations: Disposable[];

  readonly onDidChange = this.emitter.event;
  readonly onDidChangeCodeLenses = this.lensEmitter.event;

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
    clearTimeout(this.timer);
    this.emitter.dispose();
    this.lensEmitter.dispose();
  }

  /** Opens a plan, or renews the one that is open. */
  async show(project: ProjectStatus, plan: unknown): Promise<void> {
    const text = textOf(plan, project);
    if (text === undefined) {
      return;
    }
    const uri = Uri.from({ scheme: planScheme, path: `/${project.name.replaceAll('/', '-')} push plan.diff`, query: project.uri });
    this.set(uri, { text, project, state: 'ahead' });
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { preview: true });
  }

  /** Follows a push of the project: nothing is to be pushed again while it is under way, and its plan is past once it was made. */
  async during<T>(project: string | undefined, push: () => Promise<T>): Promise<T> {
    const plans = [...this.plans].filter(([, plan]) => plan.project.uri === project && plan.state === 'ahead');
    for (const [uri, plan] of plans) {
      this.set(Uri.parse(uri), { ...plan, state: 'underWay' });
    }
    let wasMade = false;
    try {
      const done = await push();
      wasMade = done !== undefined && done !== null;
      return done;
    } finally {
      for (const [uri, plan] of plans) {
        // Closed or planned anew meanwhile, it is another one.
        if (this.plans.get(uri)?.state === 'underWay') {
          const text = wasMade ? `A push was made since: this plan is past.\n\n${plan.text}` : plan.text;
          this.set(Uri.parse(uri), { ...plan, text, state: wasMade ? 'past' : 'ahead' });
        }
      }
    }
  }

  private set(uri: Uri, plan: Shown): void {
    this.plans.set(uri.toString(), plan);
    const closed = [...this.plans].filter(([, { state }]) => state !== 'ahead').map(([address]) => address);
    void commands.executeCommand('setContext', 'base44Connectors.closedPlans', closed);
    this.emitter.fire(uri);
    this.tellOfLenses(1);
  }

  private tellOfLenses(times: number): void {
    clearTimeout(this.timer);
    if (times <= MAX_TOLD) {
      this.timer = setTimeout(() => {
        this.tellOfLenses(times + 1);
      }, LENS_PATIENCE_MS * times);
    }
    this.lensEmitter.fire();
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
    clearTimeout(this.timer);
    const top = new Range(0, 0, 0, 0);
    const state = this.plans.get(document.uri.toString())?.state;
    const push = new CodeLens(top, { title: 'Push now', command: 'base44Connectors.push', arguments: [document.uri] });
    const again = new CodeLens(top, { title: 'Plan again', command: 'base44Connectors.previewPush', arguments: [document.uri] });
    switch (state) {
      case 'underWay':
        // The text below does not move.
        return [new CodeLens(top, { title: 'Pushing…', command: '' })];
      case 'past':
        return [again];
      case 'ahead':
      case undefined:
        return [push, again];
    }
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
