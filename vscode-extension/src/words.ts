/** What each state is called and how it looks: the same in rows, lists, tooltips and for a screen reader. */

import type { ConnectorState, ConnectorStatus } from './protocol';

/** A state as it is shown. */
export interface Look {
  /** A codicon; the shapes differ, so that colour is never all that tells. */
  icon: string;
  /** A theme colour; left out where the state asks for no attention. */
  color?: string;
  word: string;
}

const good = 'charts.green';
const attention = 'list.warningForeground';
const bad = 'list.errorForeground';
const change = 'charts.blue';
const quiet = 'descriptionForeground';

/** Every state. */
export const looks: Record<ConnectorState, Look> = {
  active: { icon: 'pass-filled', color: good, word: 'authorized' },
  provisioned: { icon: 'pass-filled', color: good, word: 'provisioned' },
  unclaimed: { icon: 'pass', color: change, word: 'to be claimed' },
  pending: { icon: 'key', color: attention, word: 'pending authorization' },
  failed: { icon: 'error', color: bad, word: 'authorization failed' },
  expired: { icon: 'history', color: attention, word: 'authorization expired' },
  disconnected: { icon: 'debug-disconnect', color: attention, word: 'disconnected' },
  otherUser: { icon: 'account', color: bad, word: 'connected by another user' },
  differs: { icon: 'diff-modified', color: change, word: 'scopes differ' },
  notPushed: { icon: 'diff-added', color: change, word: 'not pushed' },
  removedOnPush: { icon: 'diff-removed', color: attention, word: 'no file, a push removes it' },
  unavailable: { icon: 'circle-slash', color: attention, word: 'not available' },
  invalid: { icon: 'error', color: bad, word: 'file has errors' },
  unknown: { icon: 'circle-outline', color: quiet, word: '' },
};

/** The look of a state, whatever a newer server calls it. */
export function lookOf({ state }: ConnectorStatus): Look {
  return (looks as Partial<Record<string, Look>>)[state] ?? looks.unknown;
}

/** What a person calls it: the service's name, else the file that names no service. */
export function nameOf({ displayName, type, uri }: ConnectorStatus): string {
  const file = uri === null ? '' : decoded(uri.slice(uri.lastIndexOf('/') + 1));
  return [displayName, type, file].find((name) => name.trim() !== '') ?? 'connector without a type';
}

/** What stands beside the name: what is up, who it is connected as, and how much it may do. */
export function descriptionOf(connector: ConnectorStatus, problems = 0): string {
  const { state, account } = connector;
  const isWell = state === 'active';
  return joined([
    isWell ? '' : lookOf(connector).word,
    hasAccount.has(state) ? (account ?? '') : '',
    isWell ? scopesOf(connector) : '',
    problems === 0 ? '' : count(problems, 'problem'),
  ]);
}

/** The same for who hears it: here the state has a word always, as its icon cannot be heard. */
export function spokenOf(connector: ConnectorStatus, problems = 0): string {
  const description = descriptionOf(connector, problems).replaceAll(' · ', ', ');
  const state = lookOf(connector).word || 'state not known';
  const parts = [nameOf(connector), description.startsWith(state) ? '' : state, description];
  return parts.filter((part) => part !== '').join(', ');
}

/** Where whose account it is matters; elsewhere it is one hover away. */
const hasAccount: ReadonlySet<ConnectorState> = new Set(['active', 'expired', 'disconnected', 'otherUser']);

/** How much it asks for. */
export function scopesOf({ scopes }: ConnectorStatus): string {
  return scopes === 0 ? '' : count(scopes, 'scope');
}

/** `1 problem`, `2 problems`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function joined(parts: string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
