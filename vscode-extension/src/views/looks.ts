/** How each state looks and what it is called, the same in the view, in lists and in tooltips. */

import { ThemeColor, ThemeIcon } from 'vscode';

import type { ConnectorState, ConnectorStatus } from '../protocol';

interface Look {
  icon: string;
  /** Left out where the state asks for no attention. */
  color?: string;
  /** What stands beside the name. */
  word: string;
}

const good = 'testing.iconPassed';
const attention = 'list.warningForeground';
const bad = 'list.errorForeground';
const change = 'charts.blue';
const quiet = 'disabledForeground';

const looks: Record<ConnectorState, Look> = {
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
function look(state: ConnectorState): Look {
  return (looks as Partial<Record<string, Look>>)[state] ?? looks.unknown;
}

export function iconOf(connector: ConnectorStatus): ThemeIcon {
  const { icon, color } = look(connector.state);
  return new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
}

export function wordOf(connector: ConnectorStatus): string {
  return look(connector.state).word;
}

/** What stands beside the name: what is up, who it is connected as, and how much it may do. */
export function descriptionOf(connector: ConnectorStatus): string {
  const { state, account } = connector;
  const isWell = state === 'active';
  const parts = [
    isWell ? '' : wordOf(connector),
    hasAccount.has(state) ? (account ?? '') : '',
    isWell ? scopesOf(connector) : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Where whose account it is matters; elsewhere it is one hover away. */
const hasAccount: ReadonlySet<ConnectorState> = new Set(['active', 'expired', 'disconnected', 'otherUser']);

export function scopesOf(connector: ConnectorStatus): string {
  switch (connector.scopes) {
    case 0:
      return '';
    case 1:
      return '1 scope';
    default:
      return `${connector.scopes} scopes`;
  }
}
