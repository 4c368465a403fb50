/** What the extension and the language server say to each other beyond the language server protocol. */

import { NotificationType, NotificationType0, RequestType, RequestType0 } from 'vscode-languageclient/node';

import type { ConnectorState, ProjectState, ServerCommand } from './vocabulary';

export type { ConnectorState, ProjectState, ServerCommand };

/** One connector: a file, something on the platform, or both. */
export interface ConnectorStatus {
  type: string;
  displayName: string;
  /** Its file, where it has one. */
  uri: string | null;
  state: ConnectorState;
  /** What people call the state. */
  word?: string;
  /** The account it is connected as, on the service's side. */
  account: string | null;
  /** How many scopes it has. */
  scopes: number;
  /** One sentence. */
  detail: string;
  /** Where to authorize or to claim it. */
  link: string | null;
  /** How many functions use it, or wait for its service; null where the code is not known. */
  users?: number | null;
}

/** One project of the workspace. */
export interface ProjectStatus {
  uri: string;
  name: string;
  appId: string | null;
  /** Why there is no app, in one sentence. */
  appProblem: string | null;
  state: ProjectState;
  /** One sentence about `state`. */
  message: string | null;
  /** Who is signed in. */
  account: string | null;
  /** The platform's address. */
  api: string;
  dashboard: string | null;
  /** What is being done for the person right now: `push`, `pull`, `authorize`, `reconnect`, `preview`, `refresh`. */
  busy: string | null;
  /** How many connectors wait to be authorized. */
  pending: number;
  /** The folder of the connector files. */
  folder?: string | null;
  connectors: ConnectorStatus[];
}

/** Every project of the workspace. */
export interface Status {
  projects: ProjectStatus[];
}

/** Asks how the projects stand. */
export const statusRequest = new RequestType0<Status, void>('base44/status');
/** A service that a new connector can be of. */
export interface TypeChoice {
  type: string;
  displayName: string;
  description: string;
  /** Whether the app can have it; null where the platform has not said. */
  offered: boolean | null;
  /** Whether a file declares it already. */
  declared: boolean;
  takesScopes: boolean;
}

/** A scope that a new connector can ask for. */
export interface ScopeChoice {
  scope: string;
  /** The part that tells it from the others. */
  label: string;
  summary: string;
  power: 'usual' | 'reading' | 'writing' | 'administering' | 'restricted';
  /** Whether the provider reviews the app first, or an administrator has to agree. */
  restricted: boolean;
}

/** Asks what a new connector can be of. */
export const typesRequest = new RequestType<{ project: string }, { types: TypeChoice[] }, void>('base44/types');
/** What narrows the scopes of a type down: what the app is to do, or a call that it makes. */
export interface ScopesQuery {
  type: string;
  words?: string | undefined;
  call?: { method: string; url: string } | undefined;
}

/** Asks what it can ask for, least power first. */
export const scopesRequest = new RequestType<ScopesQuery, { scopes: ScopeChoice[] }, void>('base44/scopes');
/** Asks what there is to say about the files of a project. */
export const findingsRequest = new RequestType<{ project: string }, Findings, void>('base44/findings');
/** Asks what a code, a type or a scope of a type means. */
export const explainRequest = new RequestType<Explained, { text?: string; problem?: string }, void>('base44/explain');
/** What there is to say about the files of a project. */
export interface Findings {
  findings: { file: string; line: number; column: number; fixes: string[] }[];
}
/** What is to be explained. */
export interface Explained {
  code?: string | undefined;
  type?: string | undefined;
  scope?: string | undefined;
}
/** A place in code that uses a connector. */
export interface ConnectorUse {
  /** The functions that come there. */
  functions: string[];
  /** What is called with its token. */
  calls: string[];
  /** The file, as people name it in this project. */
  file: string;
  location: { uri: string; range: { start: { line: number; character: number }; end: { line: number; character: number } } };
}

/** Asks where code uses a connector. */
export const usesRequest = new RequestType<{ project: string; type: string }, { uses: ConnectorUse[] }, void>('base44/uses');
/** The server says that something of it changed. */
export const statusChanged = new NotificationType<Status>('base44/status');
/** A sign-in that waits for the person. */
export interface SigningIn {
  /** What the person compares, or types in. */
  code: string;
  /** The page that takes it. */
  page: string;
  /** What stops it. */
  token: number | string;
}

/** A sign-in waits for the person; null where it is over. */
export const signingIn = new NotificationType<SigningIn | null>('base44/signIn');
/** A plan that the person asked to see before they agree to it. */
export const planShown = new NotificationType<{ project: string; plan: unknown; text: string }>('base44/plan');
/** What a button of the server's leads to where only the editor can do it, and for which project. */
export interface Act {
  action: string;
  project: string | null;
}

/** The person pressed such a button. */
export const actChosen = new NotificationType<Act>('base44/act');
/** The person came back to the window. */
export const focused = new NotificationType0('base44/focus');
/** The person granted trust. */
export const trustChanged = new NotificationType<{ trusted: boolean }>('base44/trust');

/** What the server is told when it starts. No workspace has a say in it. */
export interface StartOptions {
  trusted: boolean;
  statusNotifications: true;
  /** A lens leads to the uses of a connector, which the editor shows. */
  showsUses: true;
  apiUrl?: string;
  severity: unknown;
  platformChecks: unknown;
}

/** The apps that a project can be linked to, or why they cannot be told. */
export interface Apps {
  apps: { id: string; name: string; description: string }[];
  problem: { kind: 'signedOut' | 'notFound' | 'other'; message: string } | null;
}

/** What a command works on. */
export interface Target {
  /** Left out where the command needs no project. */
  project?: string;
  types?: string[];
  /** The scopes of a new file. */
  scopes?: string[];
  /** The app that is looked for. */
  app?: string;
}
