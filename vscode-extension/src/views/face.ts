/** What the status bar says: what most wants attention, and where a click on it leads. */

import type { Situation } from '../projects';
import type { ConnectorStatus, ProjectStatus } from '../protocol';
import { toAuthorize, toPush, troubleOf, withProblems } from '../status';
import { count, nameOf, wordOf } from '../words';

export interface Face {
  /** With the icon in front, `$(key) Base44: 2 pending`. */
  text: string;
  /** Whom it is about, and what a click does. */
  tooltip: string;
  command: string;
}

const openView = 'base44Connectors.connectors.focus';

/** So many connectors are named; the view has them all. */
const MAX_NAMED = 8;

/** Nothing where there is nothing of Base44. */
export function faceOf(situation: Situation, projects: readonly ProjectStatus[], checks: boolean): Face | undefined {
  switch (situation) {
    case 'idle':
    case 'starting':
    case 'noProject':
      return undefined;
    case 'stopped':
      return {
        text: '$(error) Base44: server stopped',
        tooltip: 'The language server is not running. Click to start it again.',
        command: 'base44Connectors.restartServer',
      };
    case 'untrusted':
      return {
        text: '$(shield) Base44: restricted',
        tooltip: 'Connector files are checked, and nothing is asked of Base44. Click to manage trust.',
        command: 'workbench.trust.manage',
      };
    case 'signedOut':
    case 'noConnectors':
    case 'ready':
      return syncing(projects) ?? trouble(projects, ['noApp', 'error']) ?? wrong(projects)
        ?? trouble(projects, ['offline', 'signedOut']) ?? pending(projects) ?? calm(projects, checks);
  }
}

/** What it says to who cannot see it: what is shown, then the rest. */
export function spokenFace({ text, tooltip }: Face): string {
  return `${text.replace(/^\$\([\w~-]+\) /, '')}. ${tooltip.replaceAll('\n', ' ')}`;
}

/** The first look. What a command does shows as its own progress. */
function syncing(projects: readonly ProjectStatus[]): Face | undefined {
  return projects.some(({ state, busy }) => state === 'syncing' && busy === null)
    ? { text: '$(sync~spin) Base44: syncing…', tooltip: 'Asking Base44 how the connectors stand.', command: openView }
    : undefined;
}

type Kind = NonNullable<ReturnType<typeof troubleOf>>['kind'];

const troubles: Record<Kind, { text: string; click: string; command: string }> = {
  noApp: { text: '$(warning) Base44: no app', click: 'Click to link one.', command: 'base44Connectors.linkApp' },
  error: { text: '$(warning) Base44: not up to date', click: 'Click to try again.', command: 'base44Connectors.refresh' },
  offline: { text: '$(debug-disconnect) Base44: offline', click: 'Click to try again.', command: 'base44Connectors.refresh' },
  signedOut: { text: '$(account) Base44: signed out', click: 'Click to sign in.', command: 'base44Connectors.signIn' },
  untrusted: { text: '$(shield) Base44: restricted', click: 'Click to manage trust.', command: 'workbench.trust.manage' },
};

function trouble(projects: readonly ProjectStatus[], kinds: Kind[]): Face | undefined {
  for (const kind of kinds) {
    const found = projects.filter((project) => troubleOf(project)?.kind === kind);
    if (found[0] !== undefined) {
      const { kind: what, message = '', detail = message } = troubleOf(found[0]) ?? {};
      const { text, click, command } = troubles[kind];
      const subject = projects.length > 1 ? `${found.map(({ name }) => name).join(', ')}: ` : '';
      return { text, tooltip: `${subject}${what === 'offline' ? message : detail} ${click}`.trim(), command };
    }
  }
  return undefined;
}

function wrong(projects: readonly ProjectStatus[]): Face | undefined {
  const connectors = projects.flatMap(withProblems);
  return connectors.length === 0
    ? undefined
    : {
        text: `$(error) Base44: ${wrongWords(connectors)}`,
        tooltip: [...named(connectors, saidOf), 'Click to show the connectors.'].join('\n'),
        command: openView,
      };
}

/** Files with errors are called so, as their rows do: a row may have problems that are no errors. */
function wrongWords(connectors: ConnectorStatus[]): string {
  const { length } = connectors;
  if (connectors.some(({ state }) => state !== 'invalid')) {
    return count(length, 'problem');
  }
  return length === 1 ? '1 file has errors' : `${length} files have errors`;
}

function saidOf(connector: ConnectorStatus): string {
  const said = connector.state === 'other-user' ? connector.detail : '';
  return `${nameOf(connector)}: ${said || wordOf(connector)}`;
}

function pending(projects: readonly ProjectStatus[]): Face | undefined {
  const connectors = projects.flatMap(toAuthorize);
  return connectors.length === 0
    ? undefined
    : {
        text: `$(key) Base44: ${connectors.length} pending`,
        tooltip: `Pending authorization: ${named(connectors, nameOf).join(', ')}. Click to choose.`,
        command: 'base44Connectors.authorize',
      };
}

function calm(projects: readonly ProjectStatus[], checks: boolean): Face {
  if (!checks) {
    const tooltip = 'The state of connectors is not looked up (setting base44Connectors.platformChecks).';
    return { text: '$(plug) Base44', tooltip, command: openView };
  }
  const changed = projects.flatMap(toPush);
  if (changed.length > 0) {
    const tooltip = `Only in files so far: ${named(changed, nameOf).join(', ')}. Click to show the connectors.`;
    return { text: `$(plug) Base44: ${changed.length} to push`, tooltip, command: openView };
  }
  const account = projects.find((project) => project.account !== null)?.account;
  const who = account === undefined || account === null ? '' : `Signed in as ${account}. `;
  return { text: '$(plug) Base44', tooltip: `${who}Click to show the connectors.`, command: openView };
}

function named(connectors: ConnectorStatus[], say: (connector: ConnectorStatus) => string): string[] {
  const more = connectors.length - MAX_NAMED;
  return [...connectors.slice(0, MAX_NAMED).map(say), ...(more > 0 ? [`and ${more} more`] : [])];
}
