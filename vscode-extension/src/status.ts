/** What follows from how the projects stand: for the view, the status bar and the commands alike. */

import type { ConnectorState, ConnectorStatus, ProjectStatus } from './protocol';
import { nameOf } from './words';

/** What keeps a project from being asked about. */
export interface Trouble {
  kind: 'noApp' | 'error' | 'offline' | 'signedOut' | 'untrusted';
  /** Two or three words. */
  title: string;
  /** A sentence that fits beside it where the side bar is narrow. */
  message: string;
  /** More of it, where there is room. */
  detail?: string;
}

/** What is in the way, the worst first; nothing where all is well. */
export function troubleOf(project: ProjectStatus): Trouble | undefined {
  if (project.state === 'untrusted') {
    return { kind: 'untrusted', title: 'Restricted mode', message: 'Trust the folder.' };
  }
  if (project.appProblem !== null) {
    return { kind: 'noApp', title: 'No app', message: 'Link it to an app.', detail: project.appProblem };
  }
  const message = project.message ?? 'Base44 cannot be asked right now.';
  switch (project.state) {
    case 'error':
      return { kind: 'error', title: 'Not up to date', message };
    case 'offline':
      return { kind: 'offline', title: 'Offline', message: 'Base44 does not answer.', detail: message };
    case 'signedOut':
      return { kind: 'signedOut', title: 'Signed out', message: 'Sign in to see more.', detail: 'Sign in to see how they stand.' };
    case 'unknown':
    case 'syncing':
    case 'ok':
      return undefined;
  }
}

/** The project as it is known now: nobody signed in, no trust or no app, and what was heard before counts no more. */
export function current(project: ProjectStatus): ProjectStatus {
  const connectors = [...project.connectors].sort((one, other) => nameOf(one).localeCompare(nameOf(other), 'en'));
  if (project.state !== 'signedOut' && project.state !== 'untrusted' && project.appProblem === null) {
    return { ...project, connectors, pending: connectors.filter(isToAuthorize).length };
  }
  const local = connectors
    .filter(({ uri }) => uri !== null)
    .map((connector): ConnectorStatus => {
      const isLocal = connector.state === 'invalid';
      const state: ConnectorState = isLocal ? 'invalid' : 'unknown';
      return { ...connector, state, detail: isLocal ? connector.detail : '', account: null, link: null };
    });
  return { ...project, connectors: local, pending: 0 };
}

/** The connectors that authorizing would help. */
export function toAuthorize({ connectors }: ProjectStatus): ConnectorStatus[] {
  return connectors.filter(isToAuthorize);
}

/** What waits for a person counts until the consent is given, a denied one too. */
function isToAuthorize({ state }: ConnectorStatus): boolean {
  return isOneOf(state, 'pending', 'authorization-failed', 'expired', 'disconnected');
}

/** The connectors with which something is wrong that no consent mends. */
export function withProblems({ connectors }: ProjectStatus): ConnectorStatus[] {
  return connectors.filter(({ state }) =>
    isOneOf(state, 'other-user', 'unavailable', 'unknown-type', 'invalid', 'push-failed'),
  );
}

/** The connectors that a push would bring. */
export function toPush({ connectors }: ProjectStatus): ConnectorStatus[] {
  return connectors.filter(({ state }) => isOneOf(state, 'not-pushed', 'scopes-differ'));
}

/** Whether the app has a connector of the project's files, whatever is still to be done about it. */
export function isPushed({ connectors }: ProjectStatus): boolean {
  return connectors.some(({ state }) =>
    isAuthorized(state) || isOneOf(state, 'unclaimed', 'pending', 'authorization-failed', 'expired', 'disconnected'),
  );
}

/** Whether the app may use one of them. */
export function hasConsent({ connectors }: ProjectStatus): boolean {
  return connectors.some(({ state }) => isAuthorized(state));
}

function isAuthorized(state: ConnectorState): boolean {
  return isOneOf(state, 'active', 'provisioned', 'scopes-differ');
}

function isOneOf(state: ConnectorState, ...states: ConnectorState[]): boolean {
  return states.includes(state);
}
