/** Where things are. */

import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..', '..');
/** What the tests leave behind: nothing of it is committed. */
export const outDir = join(repository, 'tests', 'out', 'vscode');
/** The extension that plays an agent of the editor. */
export const agentDir = join(import.meta.dirname, '..', 'agent');
export const extensionsDir = join(outDir, 'extensions');
/** The program under test, and the terminal's. */
export const serverBinary =
  process.env['BASE44_CONNECTORS_BIN'] ?? join(repository, 'target', 'debug', 'base44-connectors');
