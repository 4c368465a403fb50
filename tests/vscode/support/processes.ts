/** The language servers that run for a test's editor. */

import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { extensionsDir } from './places.ts';

/** Their process ids. */
export async function servers(): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) {
      continue;
    }
    try {
      const program = await readlink(join('/proc', name, 'exe'));
      const line = await readFile(join('/proc', name, 'cmdline'), 'utf8');
      if (program.startsWith(extensionsDir) && line.split('\0').includes('lsp')) {
        found.push(Number(name));
      }
    } catch {
      // It is gone, or another person's.
    }
  }
  return found;
}
