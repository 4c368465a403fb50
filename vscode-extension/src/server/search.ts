/** Where a language server may be that did not come with the extension: the project's packages, then the PATH. */

import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';

/** The npm package that carries the server for each system in a package of its own. */
const npmPackage = 'base44-connectors';

/** The computer that a server is looked for. */
export interface Computer {
  platform: NodeJS.Platform;
  arch: string;
  /** The environment of the editor. */
  env: Record<string, string | undefined>;
}

export const thisComputer: Computer = { platform: process.platform, arch: process.arch, env: process.env };

/** The file name of the program. */
export function programName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'base44-connectors.exe' : 'base44-connectors';
}

/** The program among the packages of a folder, or of one above it. */
export function inNodeModules(folder: string, computer: Computer): string | undefined {
  const main = resolved(path.join(folder, 'package.json'), npmPackage);
  if (main === undefined) {
    return undefined;
  }
  const { platform, arch } = computer;
  // On Linux the static one is a package of its own; either may be the one that was installed.
  const targets = platform === 'linux' ? [`linux-${arch}`, `linux-${arch}-musl`] : [`${platform}-${arch}`];
  for (const target of targets) {
    const found = resolved(main, `@base44-connectors/${target}`);
    const program = found === undefined ? undefined : path.join(path.dirname(found), 'bin', programName(platform));
    if (program !== undefined && existsSync(program)) {
      return program;
    }
  }
  return undefined;
}

/** Whether the package is there at all, with or without a program for this computer. */
export function hasNpmPackage(folder: string): boolean {
  return resolved(path.join(folder, 'package.json'), npmPackage) !== undefined;
}

/**
 * The program on the PATH.
 *
 * @param excluded folders whose contents are not to be run, however they came to be on the PATH.
 */
export function onPath(computer: Computer, excluded: readonly string[]): string | undefined {
  const { platform, env } = computer;
  const name = Object.keys(env).find((key) => (platform === 'win32' ? key.toUpperCase() : key) === 'PATH');
  const folders = (name === undefined ? '' : (env[name] ?? '')).split(platform === 'win32' ? ';' : ':');
  // A relative entry would depend on where the editor was started.
  for (const folder of folders.map((text) => text.replace(/^"(.*)"$/, '$1')).filter((text) => path.isAbsolute(text))) {
    if (excluded.some((other) => isWithin(folder, other))) {
      continue;
    }
    const program = path.join(folder, programName(platform));
    if (existsSync(program)) {
      return program;
    }
    // npm puts a script there on Windows, which starts no process by itself; the program lies beside it.
    if (platform === 'win32' && existsSync(path.join(folder, 'base44-connectors.cmd'))) {
      const beside = inNodeModules(folder, computer) ?? inNodeModules(path.dirname(folder), computer);
      if (beside !== undefined) {
        return beside;
      }
    }
  }
  return undefined;
}

function resolved(from: string, name: string): string | undefined {
  try {
    // Behind the links of pnpm, where the packages for each system lie beside.
    return createRequire(realpathSync.native(path.dirname(from)) + path.sep).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}

function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
