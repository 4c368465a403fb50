/** The language server's program: where it is, and whether this computer can run it. */

import { execFile, type ExecFileException } from 'node:child_process';
import { access, chmod, constants } from 'node:fs/promises';
import * as path from 'node:path';

import { kindOf } from './executable';
import { hasNpmPackage, inNodeModules, onPath, programName, thisComputer, type Computer } from './search';

/** How long the program may take to say its version, in milliseconds. A cold disk is slow; a hung program is slower. */
const longestTestRun = 15_000;

/** Where a program was found. */
export type Source = 'setting' | 'extension' | 'project' | 'PATH';

/** A program that has been seen to run. */
export interface Binary {
  path: string;
  version: string;
  source: Source;
}

/** Why there is no program to run. The whole message says what to do as well, also to those who work in a terminal. */
export class BinaryProblem extends Error {
  constructor(
    /** What is wrong, for a message whose buttons are the way on. */
    readonly what: string,
    todo: string,
    /** Whether a setting is to blame, and not the extension. */
    readonly isSetting: boolean,
  ) {
    super(`${what} ${todo}`);
  }
}

/** What decides which program is taken. */
export interface Search {
  extensionPath: string;
  /** The version of the extension, which its server has too. */
  version: string;
  /** What the person named in the settings. */
  setting: string | undefined;
  /** The folders that are open. */
  folders: readonly string[];
  /** Whether what lies in them may be run. */
  trusted: boolean;
}

/** The program of the setting, of the extension, of the project's packages or of the PATH; run once to see that it works. */
export async function findBinary(search: Search, computer: Computer = thisComputer): Promise<Binary> {
  const { file, source } = await choose(search, computer);
  if (!(await may(file, constants.X_OK))) {
    await makeRunnable(file, source);
  }
  const version = await testRun(file, source, computer);
  if (source !== 'extension' && !fits(version, search.version)) {
    throw new BinaryProblem(
      `${file} is version ${version}; this extension works with ${series(search.version)}.`,
      remedy(source, search.version),
      source === 'setting',
    );
  }
  return { path: file, version, source };
}

async function choose(search: Search, computer: Computer): Promise<{ file: string; source: Source }> {
  const { setting, extensionPath, folders, trusted } = search;
  if (setting !== undefined) {
    if (!path.isAbsolute(setting)) {
      throw new BinaryProblem(`The path of the language server has to be a full one; it is ${setting}.`, correct, true);
    }
    if (!(await may(setting, constants.F_OK))) {
      throw new BinaryProblem(`There is no language server at ${setting}.`, correct, true);
    }
    return { file: setting, source: 'setting' };
  }
  const bundled = path.join(extensionPath, 'server', programName(computer.platform));
  if (await may(bundled, constants.F_OK)) {
    return { file: bundled, source: 'extension' };
  }
  const inProject = trusted ? folders.map((folder) => inNodeModules(folder, computer)).find(Boolean) : undefined;
  if (inProject !== undefined) {
    return { file: inProject, source: 'project' };
  }
  const installed = onPath(computer, trusted ? [] : folders);
  if (installed !== undefined) {
    return { file: installed, source: 'PATH' };
  }
  throw missing(search, computer);
}

function missing({ version, folders, trusted }: Search, { platform, arch }: Computer): BinaryProblem {
  const what = `This extension was installed without a language server for ${platform}-${arch}.`;
  if (trusted && folders.some(hasNpmPackage)) {
    const todo = 'The package base44-connectors has none either: its optional packages were left out. Run npm install --include=optional.';
    return new BinaryProblem(what, todo, false);
  }
  const looked = trusted ? 'The project’s node_modules and the PATH have none' : 'The PATH has none';
  const todo = `${looked}. Run npm install -D base44-connectors@${series(version)}, or name a program in the setting base44Connectors.serverPath.`;
  return new BinaryProblem(what, todo, false);
}

/** The way on where the setting names what is no server. */
const correct = 'Correct the setting base44Connectors.serverPath, or clear it.';

async function may(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

/** Some ways to unpack an extension lose the mark of a program; a file of the person's own is left as it is. */
async function makeRunnable(file: string, source: Source): Promise<void> {
  try {
    if (source !== 'extension') {
      throw new Error('not ours');
    }
    await chmod(file, 0o755);
  } catch {
    throw new BinaryProblem(`The language server ${file} may not be run.`, 'Give it the right to, with chmod +x.', source === 'setting');
  }
}

function testRun(file: string, source: Source, computer: Computer): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, ['--version'], { timeout: longestTestRun, windowsHide: true }, (error, stdout) => {
      const version = /^base44-connectors (\S+)/.exec(stdout)?.[1];
      if (error === null && version !== undefined) {
        resolve(version);
        return;
      }
      void reasonOf(file, error, computer).then(({ reason, todo }) => {
        const advice = todo ?? otherwise(source, computer);
        reject(new BinaryProblem(`${subjects[source]}: ${reason}.`, `It is ${file}. ${advice}`, source === 'setting'));
      });
    });
  });
}

/** Why a program does not run, and what to do where that is known. */
async function reasonOf(
  file: string,
  error: ExecFileException | null,
  { platform, arch }: Computer,
): Promise<{ reason: string; todo?: string }> {
  const kind = await kindOf(file).catch(() => undefined);
  const emulated = platform !== 'linux' && kind?.arches.includes('x64') === true && arch === 'arm64';
  if (kind !== undefined && (kind.system !== platform || !(kind.arches.includes(arch) || emulated))) {
    return { reason: `it is for ${kind.system}-${kind.arches.join(' and ') || 'another processor'}, and this computer is ${platform}-${arch}` };
  }
  if (error === null) {
    return { reason: 'it is another program' };
  }
  if (platform === 'linux' && error.code === 'ENOENT') {
    return { reason: 'the C library that it was built for is not there; on Alpine, take the one for alpine or musl' };
  }
  if (platform === 'darwin' && (error.signal === 'SIGKILL' || error.code === 'EPERM')) {
    return { reason: 'macOS stopped it', todo: `Allow it with: xattr -d com.apple.quarantine '${file}'` };
  }
  if (platform === 'win32' && ['EPERM', 'EACCES', 'UNKNOWN'].includes(String(error.code))) {
    return { reason: 'Windows stopped it', todo: `Allow it in the file’s properties (Unblock), or with Unblock-File '${file}'` };
  }
  return { reason: error.killed === true ? 'it gave no answer' : firstLine(error.message) };
}

/** What does not run; its path may be long, and is told where there is room. */
const subjects: Record<Source, string> = {
  setting: 'The named program cannot be used as the language server',
  extension: 'The language server does not run on this computer',
  project: 'The program in node_modules cannot be used as the language server',
  PATH: 'The program on the PATH cannot be used as the language server',
};

function otherwise(source: Source, { platform, arch }: Computer): string {
  switch (source) {
    case 'setting':
      return correct;
    case 'extension':
      return `Install the extension for ${platform}-${arch}, or name a program in the setting base44Connectors.serverPath.`;
    case 'project':
      return 'Delete node_modules and install it again on this computer, or name a program in the setting base44Connectors.serverPath.';
    case 'PATH':
      return 'Install base44-connectors again for this computer, or name a program in the setting base44Connectors.serverPath.';
  }
}

function remedy(source: Source, version: string): string {
  switch (source) {
    case 'project':
      return `Run npm install -D base44-connectors@${series(version)}.`;
    case 'setting':
      return 'Name that one in the setting base44Connectors.serverPath, or clear it.';
    case 'extension':
    case 'PATH':
      return 'Install that one, or name it in the setting base44Connectors.serverPath.';
  }
}

/** What a version may not differ in: before 1.0 every second number may change what is said. */
function series(version: string): string {
  const [major = '0', minor = '0'] = version.split('.');
  return major === '0' ? `0.${minor}` : major;
}

function fits(version: string, wanted: string): boolean {
  return series(version) === series(wanted);
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
