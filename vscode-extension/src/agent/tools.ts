/**
 * The connectors as tools for the editor's own agents. They look and propose by themselves; what writes, sends or opens
 * a browser is shown in the words of the dialogs first, and the server asks once more before anything is removed.
 */

import {
  LanguageModelTextPart,
  LanguageModelToolResult,
  lm,
  MarkdownString,
  workspace,
  type Disposable,
  type LanguageModelTool,
  type PreparedToolInvocation,
} from 'vscode';

import { isPlan, planText, type Plan } from '../planText';
import { applyFix, type WantedFix } from './fixes';
import type { Projects } from '../projects';
import {
  explainRequest,
  findingsRequest,
  scopesRequest,
  typesRequest,
  type ConnectorStatus,
  type ProjectStatus,
  type ServerCommand,
} from '../protocol';
import type { Server } from '../server/server';
import { toAuthorize } from '../status';
import { saveFirst } from '../unsaved';
import { hasAccount, nameOf, wordOf } from '../words';

/** What every tool may be told: the folder of the project, where there are several. */
interface OfProject {
  project?: string;
}

type Input = OfProject & Partial<WantedFix> & {
  code?: string;
  scope?: string;
  type?: string;
  types?: string[];
  words?: string;
  call?: { method: string; url: string };
  scopes?: string[];
};

/** What a person agrees to; lines that are aligned stay so. */
interface Question {
  title: string;
  message: string;
  isPlan?: boolean;
}

/** One tool: what it says before it is run, what the person agrees to, and what it does. */
interface Tool {
  name: string;
  progress: string;
  /** What the person agrees to; nothing for what changes nothing. */
  asks?: (project: ProjectStatus, input: Input) => Promise<Question>;
  run: (project: ProjectStatus, input: Input) => Promise<unknown>;
}

/** Offers the tools; the editor lists them only where its window has a trusted project. */
export class AgentTools implements Disposable {
  private readonly registrations: Disposable[];
  /** What the person was last shown of a push, by the project's address. */
  private readonly shown = new Map<string, string>();

  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
  ) {
    // An editor that is made from VS Code may have left its agents out.
    const host = lm as Partial<typeof lm> | undefined;
    this.registrations = this.tools().flatMap((tool) => host?.registerTool?.(tool.name, this.served(tool)) ?? []);
  }

  dispose(): void {
    for (const registration of this.registrations) {
      registration.dispose();
    }
  }

  private tools(): Tool[] {
    return [
      {
        name: 'base44_check_connectors',
        progress: 'Checking the connectors',
        run: (project) => this.server.request(findingsRequest, { project: project.uri }),
      },
      {
        name: 'base44_find_scopes',
        progress: 'Looking up scopes',
        run: (_, { type, words, call }) => this.server.request(scopesRequest, { type: needed(type, 'type'), words, call }),
      },
      {
        name: 'base44_explain',
        progress: 'Looking it up',
        run: async (_, { code, type, scope }) => {
          const { text, problem } = (await this.server.request(explainRequest, { code, type, scope })) ?? {};
          if (text === undefined) {
            throw new Error(problem ?? 'The language server does not answer.');
          }
          return text;
        },
      },
      {
        name: 'base44_connector_status',
        progress: 'Asking how the connectors stand',
        run: async (project) => {
          await this.server.execute('base44.refresh', { project: project.uri });
          return statusOf(this.current(project));
        },
      },
      {
        name: 'base44_create_connector',
        progress: 'Creating the connector file',
        asks: async (project, { type, scopes = [] }) => ({
          title: `Create a ${await this.serviceOf(project, needed(type, 'type'))} connector in ${project.name}?`,
          message:
            scopes.length === 0
              ? 'Its file asks for no scopes. Nothing is sent to Base44 before a push.'
              : `Its file asks for ${scopes.join(', ')}. Nothing is sent to Base44 before a push.`,
        }),
        run: (project, { type, scopes = [] }) =>
          this.command('base44.createConnector', project, { types: [needed(type, 'type')], scopes }),
      },
      {
        name: 'base44_add_scopes',
        progress: 'Adding scopes to the connector file',
        asks: async (project, { type, scopes = [] }) => ({
          title: `Let ${await this.serviceOf(project, needed(type, 'type'))} of ${project.name} ask for more?`,
          message: `Its file asks for ${needed(scopes.join(', '), 'scopes')} too. Nothing is sent to Base44 before a push.`,
        }),
        run: (project, { type, scopes = [] }) =>
          this.command('base44.addScopes', project, { types: [needed(type, 'type')], scopes }),
      },
      {
        name: 'base44_apply_fix',
        progress: 'Applying the fix',
        asks: (project, { file, fix }) =>
          Promise.resolve({ title: `Change ${needed(file, 'file')} of ${project.name}?`, message: needed(fix, 'fix') }),
        run: (project, input) => applyFix(this.server, project, wantedFix(input)),
      },
      {
        name: 'base44_plan_push',
        progress: 'Comparing the connectors with the app',
        run: async (project) => this.words(project, await this.plan(project)),
      },
      {
        name: 'base44_push_connectors',
        progress: 'Pushing the connectors',
        asks: async (project) => {
          // What is not saved is no part of a plan.
          await saveFirst(project);
          const plan = await this.plan(project);
          this.shown.set(project.uri, fingerprint(plan));
          return { title: `Push the connectors of ${project.name}?`, message: this.words(project, plan), isPlan: true };
        },
        run: (project) => this.push(project),
      },
      {
        name: 'base44_authorize_connectors',
        progress: 'Waiting for the consent in the browser',
        asks: (project, input) => {
          const names = this.toAuthorize(project, input).map(nameOf).join(', ');
          return Promise.resolve({
            title: `Authorize ${names}?`,
            message: 'The browser opens to ask for your consent. Only you can give it.',
          });
        },
        run: (project, input) =>
          this.command('base44.authorize', project, { types: this.toAuthorize(project, input).map(({ type }) => type) }),
      },
      {
        name: 'base44_reconnect_connector',
        progress: 'Waiting for the consent in the browser',
        asks: (project, input) => {
          const name = nameOf(this.toReconnect(project, input));
          return Promise.resolve({
            title: `Reconnect ${name}?`,
            message: `It is removed from the app and added again, to be authorized with the account you choose. Until then the app's users have no ${name}.`,
          });
        },
        run: (project, input) => this.command('base44.reconnect', project, { types: [this.toReconnect(project, input).type] }),
      },
    ];
  }

  private served(tool: Tool): LanguageModelTool<Input> {
    return {
      prepareInvocation: async ({ input }): Promise<PreparedToolInvocation> => {
        const { progress, asks } = tool;
        if (asks === undefined) {
          return { invocationMessage: progress };
        }
        const { title, message, isPlan = false } = await asks(this.project(input), input);
        // Names come from the project and the platform: they are text, whatever they look like.
        const text = isPlan ? new MarkdownString().appendCodeblock(message, 'diff') : new MarkdownString().appendText(message);
        return { invocationMessage: progress, confirmationMessages: { title: title.replace(/[[\]()<>`*_\\]/gu, ' '), message: text } };
      },
      invoke: async ({ input }) => {
        const answer = await tool.run(this.project(input), input);
        const text = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null, null, 1);
        return new LanguageModelToolResult([new LanguageModelTextPart(text)]);
      },
    };
  }

  /** What was shown is what is sent: where the files or the app changed meanwhile, nothing is. */
  private async push(project: ProjectStatus): Promise<unknown> {
    const agreed = this.shown.get(project.uri);
    this.shown.delete(project.uri);
    if (agreed !== fingerprint(await this.plan(project))) {
      throw new Error('Nothing was sent: the files or the app have changed since the plan was shown. Call this again.');
    }
    return this.command('base44.push', project, {});
  }

  private async plan(project: ProjectStatus): Promise<Plan> {
    const answer = await this.command('base44.previewPush', project, {});
    const plan = typeof answer === 'object' && answer !== null && 'plan' in answer ? answer.plan : undefined;
    if (!isPlan(plan)) {
      throw new Error('What a push would do is not known.');
    }
    return plan;
  }

  private words(project: ProjectStatus, plan: Plan): string {
    const { connectors } = this.current(project);
    const named = new Map(connectors.map((connector) => [connector.type, nameOf(connector)]));
    return planText(plan, project.name, (type) => named.get(type) ?? type);
  }

  /** Carries a command out; where it came to nothing, the person was told why and so is the agent. */
  private async command(command: ServerCommand, project: ProjectStatus, more: { types?: string[]; scopes?: string[] }): Promise<unknown> {
    const answer = await this.server.execute(command, { project: project.uri, ...more });
    if (answer === undefined || answer === null) {
      throw new Error('Nothing was done: the person declined, or was told what is in the way. Ask them.');
    }
    return withoutLinks(answer);
  }

  private async serviceOf(project: ProjectStatus, type: string): Promise<string> {
    const answer = await this.server.request(typesRequest, { project: project.uri });
    return answer?.types.find((one) => one.type === type)?.displayName ?? type;
  }

  private toAuthorize(project: ProjectStatus, { types = [] }: Input): ReturnType<typeof toAuthorize> {
    const waiting = toAuthorize(this.current(project)).filter(({ type }) => types.length === 0 || types.includes(type));
    if (waiting.length === 0) {
      throw new Error('No such connector waits for authorization. Push it first, or look at the status.');
    }
    return waiting;
  }

  /** The connector that is to get another account. */
  private toReconnect(project: ProjectStatus, { type }: Input): ConnectorStatus {
    const wanted = needed(type, 'type');
    const found = this.current(project).connectors.find((connector) => connector.type === wanted && connector.uri !== null);
    if (found === undefined) {
      throw new Error('No connector file declares this type. Look at the status, or create the file first.');
    }
    if (!hasAccount.has(found.state)) {
      throw new Error(`There is no account to exchange: its state is ${wordOf(found) || 'not known'}. Push or authorize it.`);
    }
    return found;
  }

  /** The project as it stands by now. */
  private current(project: ProjectStatus): ProjectStatus {
    return this.projects.all.find(({ uri }) => uri === project.uri) ?? project;
  }

  private project({ project }: Input): ProjectStatus {
    if (!workspace.isTrusted) {
      throw new Error('This workspace is not trusted. Only the person can trust it.');
    }
    const { all } = this.projects;
    const found = project === undefined && all.length === 1 ? all[0] : all.find(({ uri, name }) => project === uri || project === name);
    if (found === undefined) {
      const names = all.map(({ name }) => name).join(', ');
      throw new Error(all.length === 0 ? 'No Base44 project is open.' : `Say which project: ${names}.`);
    }
    return found;
  }
}

/** What came of a command, without links: those are for the person alone. */
function withoutLinks(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value: unknown) => (['link', 'claim'].includes(key) ? undefined : value)));
}

function wantedFix({ file, line, fix }: Input): WantedFix {
  return { file: needed(file, 'file'), line: line ?? 1, fix: needed(fix, 'fix') };
}

function needed(value: string | undefined, name: string): string {
  if (value === undefined || value.trim() === '') {
    throw new Error(`Say which ${name}.`);
  }
  return value.trim();
}

/** What two plans have in common exactly where they would do the same. */
function fingerprint({ app, steps }: Plan): string {
  return JSON.stringify({ app, steps });
}

/** How a project stands, without links: those are for the person alone. */
function statusOf(project: ProjectStatus): unknown {
  return {
    project: project.name,
    app: project.appId,
    state: project.state,
    message: project.message,
    account: project.account,
    connectors: project.connectors.map((connector) => ({
      type: connector.type,
      name: nameOf(connector),
      state: wordOf(connector),
      detail: connector.detail,
      account: connector.account,
    })),
  };
}
