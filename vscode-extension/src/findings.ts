/** The server's findings as the editor holds them. */

import type { Diagnostic } from 'vscode';

/** The code of a finding, which has a link around it where its documentation is linked. */
export function codeOf({ code }: Diagnostic): string | number | undefined {
  return typeof code === 'object' ? code.value : code;
}
