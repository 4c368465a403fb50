/** The user's settings, read where they may decide something. */

import { workspace } from 'vscode';

/** The section that client and server share. */
export const section = 'base44Connectors';

/** A setting that only the person at this computer decides: what a workspace says of it is left aside. */
export function ofMachine(name: 'serverPath' | 'apiUrl'): string | undefined {
  const value = workspace.getConfiguration(section).inspect<unknown>(name)?.globalValue;
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** A setting as it stands for this window. */
export function ofWindow(name: 'severity' | 'platformChecks'): unknown {
  return workspace.getConfiguration(section).get<unknown>(name);
}
