/** The projects of the window as the server last described them, and what follows for menus. */

import { commands, EventEmitter, Uri, window, workspace, type Disposable } from 'vscode';

import { isBelow } from './places';
import type { ProjectStatus } from './protocol';
import type { Server } from './server/server';
import { current, hasConsent, isPushed, troubleOf } from './status';
import { withoutIcons } from './words';

/** What the window is about, in one word: it chooses the welcome text of the view. */
export type Situation =
  | 'idle'
  | 'starting'
  | 'stopped'
  | 'noProject'
  | 'untrusted'
  | 'signedOut'
  | 'noConnectors'
  | 'ready';

/** So long after the walkthrough has come up, in milliseconds, VS Code has read its steps. */
const STEPS_READ_MS = 1000;

/** Keeps the last status and tells whoever draws it. */
export class Projects implements Disposable {
  private known: readonly ProjectStatus[] | undefined;
  private readonly emitter = new EventEmitter<void>();
  private readonly listeners: Disposable[];
  private readonly contexts = new Map<string, unknown>();
  private isOpeningSteps = false;

  readonly onChange = this.emitter.event;

  constructor(private readonly server: Server) {
    this.listeners = [
      server.onStatus((status) => {
        this.known = status.projects.map(current);
        this.changed();
      }),
      server.onPhase(() => {
        this.changed();
      }),
      workspace.onDidGrantWorkspaceTrust(() => {
        this.changed();
      }),
    ];
    this.changed();
  }

  dispose(): void {
    for (const listener of this.listeners) {
      listener.dispose();
    }
    this.emitter.dispose();
  }

  /** The projects; empty until the server has answered. */
  get all(): readonly ProjectStatus[] {
    return this.known ?? [];
  }

  get situation(): Situation {
    if (this.server.phase === 'stopped' || this.server.phase === 'idle') {
      return this.server.phase;
    }
    if (this.known === undefined) {
      return 'starting';
    }
    if (this.all.length === 0) {
      return 'noProject';
    }
    const every = (state: ProjectStatus['state']): boolean => this.all.every((project) => project.state === state);
    if (!workspace.isTrusted || every('untrusted')) {
      return 'untrusted';
    }
    if (every('signedOut')) {
      return 'signedOut';
    }
    return this.all.some((project) => project.connectors.length > 0 || troubleOf(project) !== undefined)
      ? 'ready'
      : 'noConnectors';
  }

  /** The project that a file lies in. */
  of(file: Uri): ProjectStatus | undefined {
    return this.all
      .filter((project) => isBelow(file, Uri.parse(project.uri)))
      .reduce<ProjectStatus | undefined>(
        (best, project) => (best === undefined || project.uri.length > best.uri.length ? project : best),
        undefined,
      );
  }

  /** The project a command is meant for: that of the open file, the only one, or the one the person picks. */
  async choose(candidates: readonly ProjectStatus[] = this.all): Promise<ProjectStatus | undefined> {
    const active = window.activeTextEditor?.document.uri;
    const current = active === undefined ? undefined : this.of(active);
    if (current !== undefined && candidates.includes(current)) {
      return current;
    }
    if (candidates.length < 2) {
      return candidates[0];
    }
    const picked = await window.showQuickPick(
      candidates.map((project) =>
        withoutIcons({ label: project.name, description: workspace.asRelativePath(Uri.parse(project.uri)), project }),
      ),
      { title: 'Base44', placeHolder: 'Which project?' },
    );
    return picked?.project;
  }

  private changed(): void {
    const trusted = workspace.isTrusted;
    this.context('active', true);
    this.context('phase', this.situation);
    this.context('hasProject', this.all.length > 0);
    // One key of its own: VS Code 1.100 cannot send a `when` of several to the extension host, and lists no tool of anybody then.
    this.context('offersTools', trusted && this.all.length > 0);
    this.context('hasConnectors', this.all.some((project) => project.connectors.length > 0));
    this.context('hasDashboard', this.all.some((project) => project.dashboard !== null));
    this.context('signedOut', trusted && this.all.some((project) => project.state === 'signedOut'));
    this.context('signedIn', trusted && this.all.some((project) => project.account !== null));
    this.context('canAsk', trusted && this.all.some((project) => project.state !== 'signedOut'));
    this.context('withoutApp', trusted && this.all.some((project) => project.appProblem !== null));
    this.context('pending', trusted && this.all.some((project) => project.pending > 0));
    this.tickSteps();
    this.emitter.fire();
  }

  /**
   * Opens the walkthrough. Of what holds already when VS Code first reads its steps, it never takes note: so nothing does
   * until it has.
   */
  async openSteps(open: () => Thenable<unknown>): Promise<void> {
    this.isOpeningSteps = true;
    this.tickSteps();
    try {
      await open();
      await new Promise((resolve) => setTimeout(resolve, STEPS_READ_MS));
    } finally {
      this.isOpeningSteps = false;
      this.tickSteps();
    }
  }

  /** A step of the walkthrough is done once what it is for is done, whoever did it: that its command ran says nothing. */
  private tickSteps(): void {
    const done = {
      project: this.all.length > 0,
      signIn: this.all.some((project) => project.account !== null),
      connector: this.all.some((project) => project.connectors.length > 0),
      push: this.all.some(isPushed),
      authorize: this.all.some(hasConsent),
    };
    for (const [step, isDone] of Object.entries(done)) {
      this.context(`done.${step}`, isDone && !this.isOpeningSteps);
    }
  }

  private context(name: string, value: unknown): void {
    if (this.contexts.get(name) !== value) {
      this.contexts.set(name, value);
      void commands.executeCommand('setContext', `base44Connectors.${name}`, value);
    }
  }
}

