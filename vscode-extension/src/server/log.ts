/** The server's own log, line by line into the output channel at its level. */

import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { LogOutputChannel } from 'vscode';

/** Time, level, message: as the server writes them. */
const line = /^\S+\s+(ERROR|WARN|INFO|DEBUG|TRACE)\s+(.*)$/;

/** Copies what a stream says. */
export function logLines(stream: Readable, output: LogOutputChannel): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', (text) => {
    const [, level, message] = line.exec(text) ?? [];
    switch (level) {
      case 'ERROR':
        output.error(message ?? text);
        break;
      case 'WARN':
        output.warn(message ?? text);
        break;
      case 'DEBUG':
        output.debug(message ?? text);
        break;
      case 'TRACE':
        output.trace(message ?? text);
        break;
      case 'INFO':
      case undefined:
      default:
        output.info(message ?? text);
    }
  });
}
