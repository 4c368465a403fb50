/** The icons of states, in the editor's own colours. */

import { ThemeColor, ThemeIcon } from 'vscode';

import type { ConnectorStatus } from '../protocol';
import { lookOf } from '../words';

export function iconOf(connector: ConnectorStatus): ThemeIcon {
  const { icon, color } = lookOf(connector);
  return new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
}
