/** The language server as this window runs it: started, watched, restarted, never more than one. */

import { CancellationTokenSource, CodeLens, commands, EventEmitter, Range, Uri, workspace, type Extension, type LogOutputChannel } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  RevealOutputChannelOn,
  ShowMessageNotification,
  ShowMessageRequest,
  State,
  WorkDoneProgressCancelNotification,
  type LanguageClientOptions,
  type RequestType,
  type ShowDocumentParams,
  type vsdiag,
} from 'vscode-languageclient/node';

import {
  actChosen,
  focused,
  planShown,
  signingIn,
  statusChanged,
  statusRequest,
  trustChanged,
  type Act,
  type ServerCommand,
  type SigningIn,
  type StartOptions,
  type Status,
  type Target,
} from '../protocol';
import { choose, tell } from '../messages';
import { ofMachine, ofWindow, section } from '../settings';
import { brief } from '../words';
import { BinaryProblem, findBinary, type Binary, type Source } from './binary';
import { savingWhatWasClean } from './edits';
import { Lenses } from './lenses';
import { logLines } from './log';
import { ask, kindOf } from './questions';
import { Restarts } from './restarts';
import { Typing } from './typing';

/** Whether the server can be asked. */
export type Phase = 'idle' | 'starting' | 'running' | 'stopped';

/** The language of connector files. */
export const connectorLanguage = 'base44-connector';

/** Where the program came from, for the output. */
const sources: Record<Source, string> = {
  setting: 'named in the setting serverPath',
  extension: 'came with the extension',
  project: 'from the project’s node_modules',
  PATH: 'found on the PATH',
};

/** Owns the client; everything else asks this. */
export class Server {
  private client: LanguageClient | undefined;
  private lenses: Lenses | undefined;
  private typing: Typing | undefined;
  private binary: Binary | undefined;
  private readonly restarts = new Restarts();
  /** Starts and stops follow each other, whoever asks for them. */
  private queue: Promise<void> = Promise.resolve();
  /** Nothing is run until there is something of Base44 to look at, or the person asks. */
  private currentPhase: Phase = 'idle';
  /** Whether this server has told its status by itself. */
  private wasTold = false;
  private readonly statusEmitter = new EventEmitter<Status>();
  private readonly phaseEmitter = new EventEmitter<Phase>();
  private readonly planEmitter = new EventEmitter<{ target: Target | undefined; plan: unknown }>();
  private readonly actEmitter = new EventEmitter<Act>();
  private readonly signInEmitter = new EventEmitter<SigningIn | null>();

  /** A sign-in waits for the person, or no longer does. */
  readonly onSignIn = this.signInEmitter.event;
  /** How the projects stand, whenever something of it changed. */
  readonly onStatus = this.statusEmitter.event;
  /** A button of the server's was pressed that only the editor can follow. */
  readonly onAct = this.actEmitter.event;
  /** The server came or went. */
  readonly onPhase = this.phaseEmitter.event;
  /** A code lens or code action asked for a preview of a push. */
  readonly onPlan = this.planEmitter.event;

  constructor(
    private readonly extension: Extension<unknown>,
    private readonly output: LogOutputChannel,
    /** Asked before a push that a lens or an action of the server starts. */
    private readonly beforePush: (target: Target | undefined) => Promise<boolean>,
    /** Follows every push, whoever starts it. */
    private readonly duringPush: (target: Target | undefined, push: () => Promise<unknown>) => Promise<unknown>,
  ) {}

  /** The program that runs. */
  get program(): string | undefined {
    return this.currentPhase === 'running' ? this.binary?.path : undefined;
  }

  get phase(): Phase {
    return this.currentPhase;
  }

  /** Starts it, or starts it anew; calls that come while one is under way are carried out as one. */
  start(): Promise<void> {
    this.restarts.forget();
    return this.enqueue(async () => {
      await this.stopClient();
      await this.startClient();
    });
  }

  /** Ends it for good. */
  stop(): Promise<void> {
    return this.enqueue(() => this.stopClient());
  }

  /** Has the server carry out a command; what went wrong is told once. */
  async execute(command: ServerCommand, target: Target): Promise<unknown> {
    if (this.currentPhase === 'idle') {
      await this.start();
    }
    const client = this.running();
    if (client === undefined) {
      return undefined;
    }
    try {
      const send = (): Promise<unknown> => client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [target] });
      return await (command === 'base44.push' ? this.duringPush(target, send) : send());
    } catch (error) {
      this.output.error(`${command}: ${messageOf(error)}`);
      void tell('error', brief(messageOf(error)));
      return undefined;
    }
  }

  /** Asks the server something; nothing where it does not run or cannot say. */
  async request<P, R>(type: RequestType<P, R, void>, params: P): Promise<R | undefined> {
    try {
      return await this.running()?.sendRequest<R>(type.method, params);
    } catch (error) {
      this.output.error(`${type.method}: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Stops what the server does under this token. */
  cancel(token: number | string): void {
    void this.running()?.sendNotification(WorkDoneProgressCancelNotification.type, { token });
  }

  /** Tells the server that the person came back. */
  focused(): void {
    void this.running()?.sendNotification(focused);
  }

  /** Tells the server that the person trusts the workspace. */
  trusted(): void {
    if (this.currentPhase === 'stopped') {
      // The project's own program may be run from now on.
      void this.start();
      return;
    }
    void this.running()?.sendNotification(trustChanged, { trusted: true });
  }

  private running(): LanguageClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(task, task);
    return this.queue;
  }

  private setPhase(phase: Phase): void {
    this.currentPhase = phase;
    this.phaseEmitter.fire(phase);
  }

  private async startClient(): Promise<void> {
    this.setPhase('starting');
    let binary: Binary;
    try {
      binary = await findBinary({
        extensionPath: this.extension.extensionPath,
        version: (this.extension.packageJSON as { version: string }).version,
        setting: workspace.isTrusted ? ofMachine('serverPath') : undefined,
        folders: (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
        trusted: workspace.isTrusted,
      });
    } catch (error) {
      this.setPhase('stopped');
      void this.tellOfBinary(error);
      return;
    }
    this.output.debug(`Starting ${binary.path} ${binary.version} (${sources[binary.source]})`);
    const client = this.createClient(binary);
    this.binary = binary;
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.output.error(`The language server did not start: ${messageOf(error)}`);
      this.setPhase('stopped');
      void this.offerRestart('The Base44 language server did not start.');
      return;
    }
    this.setPhase('running');
    this.lenses?.changed();
    try {
      const status = await client.sendRequest(statusRequest);
      // Answers and notifications overtake each other: what was told meanwhile is newer.
      if (!this.wasTold) {
        this.statusEmitter.fire(status);
      }
    } catch (error) {
      this.output.error(`The language server did not say how the projects stand: ${messageOf(error)}`);
    }
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.lenses?.dispose();
    this.lenses = undefined;
    this.typing?.dispose();
    this.typing = undefined;
    if (client === undefined) {
      return;
    }
    try {
      await client.dispose();
    } catch (error) {
      // It had not come up, or is gone already.
      this.output.info(`The language server ended: ${messageOf(error)}`);
    }
  }

  private createClient(binary: Binary): LanguageClient {
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: 'file', language: connectorLanguage },
        { scheme: 'untitled', language: connectorLanguage },
      ],
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      stdioOptions: { stdout: logLines, stderr: logLines },
      initializationOptions: (): StartOptions => {
        const apiUrl = ofMachine('apiUrl');
        return {
          trusted: workspace.isTrusted,
          statusNotifications: true,
          showsUses: true,
          ...(apiUrl === undefined ? {} : { apiUrl }),
          severity: ofWindow('severity'),
          platformChecks: ofWindow('platformChecks'),
        };
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.closed();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      initializationFailedHandler: () => false,
      middleware: {
        provideDiagnostics: (document, previous, token, next) => {
          const ask = async (known: string | undefined): Promise<vsdiag.DocumentDiagnosticReport | null | undefined> =>
            next(document, known, token);
          return this.typing === undefined || document instanceof Uri ? ask(previous) : this.typing.told(document, previous, ask);
        },
        provideCodeLenses: async (document, token, next) => {
          const lenses = await next(document, token);
          if (!token.isCancellationRequested) {
            this.lenses?.answered(document);
          }
          return lenses?.map(leadsToRow);
        },
        workspace: {
          handleApplyEdit: (params, next) => savingWhatWasClean(params, () => next(params, new CancellationTokenSource().token)),
        },
        window: {
          showDocument: async (params, token, next) =>
            params.external === true ? next(params, token) : { success: await showFile(params) },
        },
        executeCommand: async (command, args, next) => {
          const target = args[0] as Target | undefined;
          if (command === 'base44.push') {
            const run = async (): Promise<unknown> => await next(command, args);
            return (await this.beforePush(target)) ? this.duringPush(target, run) : undefined;
          }
          const result: unknown = await next(command, args);
          if (command === 'base44.previewPush') {
            this.planEmitter.fire({ target, plan: result });
          }
          return result;
        },
      },
    };
    const executable = { command: binary.path, args: ['lsp'], options: { env: environment() } };
    const client = new LanguageClient(section, 'Base44 Connectors', executable, options);
    this.lenses = new Lenses(client, connectorLanguage);
    this.typing = new Typing(client);
    this.wasTold = false;
    client.onRequest(ShowMessageRequest.type, ask);
    client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
      void tell(kindOf(type), message);
    });
    client.onNotification(signingIn, (signIn) => {
      this.signInEmitter.fire(signIn);
    });
    client.onNotification(actChosen, (act) => {
      this.actEmitter.fire(act);
    });
    client.onNotification(planShown, ({ project, plan, text }) => {
      this.planEmitter.fire({ target: { project }, plan: { plan, text } });
    });
    client.onNotification(statusChanged, (status) => {
      this.wasTold = true;
      // Where the state of connectors changed, so did their lenses.
      this.lenses?.changed();
      this.statusEmitter.fire(status);
    });
    return client;
  }

  /** The server ended by itself. Where it was still coming up, whoever waits for it is told. */
  private closed(): void {
    if (this.currentPhase !== 'running') {
      return;
    }
    if (this.restarts.allow()) {
      this.output.warn('The language server ended by itself; it is started again.');
      void this.enqueue(async () => {
        await this.stopClient();
        await this.startClient();
      });
      return;
    }
    this.output.error('The language server keeps ending by itself; it is left off.');
    this.setPhase('stopped');
    void this.offerRestart('The Base44 language server keeps ending by itself, so it was left off.');
  }

  private async offerRestart(message: string): Promise<void> {
    const restart = 'Restart';
    const show = 'Show Output';
    const choice = await choose('error', message, restart, show);
    if (choice === restart) {
      await this.start();
    } else if (choice === show) {
      this.output.show();
    }
  }

  private async tellOfBinary(error: unknown): Promise<void> {
    this.output.error(messageOf(error));
    const settings = 'Open Settings';
    const reinstall = 'Open Extension';
    const retry = 'Try Again';
    const isSetting = error instanceof BinaryProblem && error.isSetting;
    const message = brief(error instanceof BinaryProblem ? error.what : messageOf(error));
    const choice = await choose('error', message, isSetting ? settings : reinstall, retry);
    if (choice === settings) {
      await commands.executeCommand('workbench.action.openSettings', `${section}.serverPath`);
    } else if (choice === reinstall) {
      await commands.executeCommand('extension.open', 'base44-connectors.base44-connectors');
    } else if (choice === retry) {
      await this.start();
    }
  }
}

/**
 * Of a large document that was closed Linux' allocator gives nothing back unless its bounds, in bytes, are set: once one
 * large block was freed it moves them up by itself, and keeps what lies below. Other systems do not know the names.
 */
const GIVES_MEMORY_BACK = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };

/** The editor's proxy holds for the server too, where the system names none. */
function environment(): NodeJS.ProcessEnv {
  const proxy = workspace.getConfiguration('http').inspect<string>('proxy')?.globalValue;
  const named = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => process.env[name]);
  const own = { ...GIVES_MEMORY_BACK, ...process.env };
  return proxy === undefined || proxy === '' || named ? own : { ...own, HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
}

/** The state above a file leads to its row: a click that tells of a state must not leave the editor. */
function leadsToRow(lens: CodeLens): CodeLens {
  if (lens.command?.command !== 'base44.openDashboard') {
    return lens;
  }
  const command = { ...lens.command, command: 'base44Connectors.showRow', tooltip: 'Show it among the connectors' };
  return new CodeLens(lens.range, command);
}

/**
 * Shows a file as a click in the explorer would. The client library opens it as a text that belongs to the extension,
 * and VS Code keeps such texts for minutes after their tab was closed, even where the file is deleted.
 */
async function showFile({ uri, selection, takeFocus }: ShowDocumentParams): Promise<boolean> {
  const range = selection && new Range(selection.start.line, selection.start.character, selection.end.line, selection.end.character);
  try {
    const options = { preview: false, preserveFocus: takeFocus === false, ...(range === undefined ? {} : { selection: range }) };
    await commands.executeCommand('vscode.open', Uri.parse(uri), options);
    return true;
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
