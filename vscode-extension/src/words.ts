/** How each state looks, and what is said of a connector: the same in rows, lists, tooltips and for a screen reader. */

import type { ConnectorState, ConnectorStatus } from './protocol';

/** A state as it is shown. */
export interface Look {
  /** A codicon; the shapes differ, so that colour is never all that tells. */
  icon: string;
  /** A theme colour; left out where the state asks for no attention. */
  color?: string;
}

const good = 'charts.green';
const attention = 'list.warningForeground';
const bad = 'list.errorForeground';
const change = 'charts.blue';
const quiet = 'descriptionForeground';

/** Every state. */
export const looks: Record<ConnectorState, Look> = {
  active: { icon: 'pass-filled', color: good },
  provisioned: { icon: 'pass-filled', color: good },
  unclaimed: { icon: 'pass', color: change },
  pending: { icon: 'key', color: attention },
  'authorization-failed': { icon: 'error', color: bad },
  'push-failed': { icon: 'error', color: bad },
  expired: { icon: 'history', color: attention },
  disconnected: { icon: 'debug-disconnect', color: attention },
  'other-user': { icon: 'account', color: bad },
  'scopes-differ': { icon: 'diff-modified', color: change },
  'not-pushed': { icon: 'diff-added', color: change },
  'remote-only': { icon: 'diff-removed', color: attention },
  unavailable: { icon: 'circle-slash', color: attention },
  'unknown-type': { icon: 'question', color: attention },
  invalid: { icon: 'error', color: bad },
  unknown: { icon: 'circle-outline', color: quiet },
};

/** The look of a state, whatever a newer server calls it. */
export function lookOf({ state }: ConnectorStatus): Look {
  return (looks as Partial<Record<string, Look>>)[state] ?? looks.unknown;
}

/** What the state is called, in the server's words; nothing where it is not known. */
export function wordOf({ state, word }: ConnectorStatus): string {
  return state === 'unknown' ? '' : (word ?? state);
}

/**
 * An item to pick whose texts are shown as they are: a list draws `$(name)` as an icon, and names come from the workspace
 * and the platform.
 */
export function withoutIcons<T extends { label: string; description?: string; detail?: string }>(item: T): T {
  const drawn = (text: string): string => text.replaceAll('$(', '$ (');
  return {
    ...item,
    label: drawn(item.label),
    ...(item.description === undefined ? {} : { description: drawn(item.description) }),
    ...(item.detail === undefined ? {} : { detail: drawn(item.detail) }),
  };
}

/** What a person calls it: the service's name, else the file that names no service. */
export function nameOf({ displayName, type, uri }: ConnectorStatus): string {
  const file = uri === null ? '' : plain(decoded(uri.slice(uri.lastIndexOf('/') + 1)));
  return [displayName, type, file].find((name) => name.trim() !== '') ?? 'connector without a type';
}

/** A text on one line, with what draws nothing or turns the text around it shown as what it is. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(hidden, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

/** What cannot be seen, but for what belongs to a drawing of several characters. */
const hidden =
  /(?!(?<=\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Emoji})\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** The type, where the name does not say it already. */
export function typeBeside({ displayName, type }: { displayName: string; type: string }): string {
  const bare = (text: string): string => text.toLowerCase().replace(/[\s_-]/gu, '');
  return bare(displayName).includes(bare(type)) ? '' : type;
}

/** What stands beside the name: what is up, who it is connected as, and how much it may do. */
export function descriptionOf(connector: ConnectorStatus, problems = 0): string {
  const { state, account } = connector;
  const isWell = state === 'active';
  return joined([
    isWell ? '' : wordOf(connector),
    hasAccount.has(state) ? (account ?? '') : '',
    isWell ? scopesOf(connector) : '',
    problems === 0 ? '' : count(problems, 'problem'),
  ]);
}

/** The same for who hears it: here the state has a word always, as its icon cannot be heard. */
export function spokenOf(connector: ConnectorStatus, problems = 0): string {
  const description = descriptionOf(connector, problems).replaceAll(' · ', ', ');
  const state = wordOf(connector) || 'state not known';
  const parts = [nameOf(connector), description.startsWith(state) ? '' : state, description];
  return parts.filter((part) => part !== '').join(', ');
}

/** The states in which somebody's account is connected, or was: whose it is matters there, and it can be exchanged. */
export const hasAccount: ReadonlySet<ConnectorState> = new Set(['active', 'expired', 'disconnected', 'other-user']);

/** How much it asks for. */
export function scopesOf({ scopes }: ConnectorStatus): string {
  return scopes === 0 ? '' : count(scopes, 'scope');
}

/** So many characters of a message are read at a glance, and the editor cuts what is longer. */
export const MAX_MESSAGE = 120;

/** A message as long as it is read: what makes it longer stands in its middle, as a path does. */
export function brief(message: string): string {
  const letters = Array.from(message);
  const kept = (MAX_MESSAGE - 1) / 2;
  return letters.length <= MAX_MESSAGE
    ? message
    : [...letters.slice(0, Math.ceil(kept)), '…', ...letters.slice(-Math.floor(kept))].join('').trim();
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
