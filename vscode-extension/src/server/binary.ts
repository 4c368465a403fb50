/** The language server's program: where it is, and whether this computer can run it. */

import { execFile } from 'node:child_process';
import { access, chmod, constants } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import * as path from 'node:path';

/** How long the program may take to say its version, in milliseconds. A cold disk is slow; a hung program is slower. */
const longestTestRun = 15_000;

/** A program that has been seen to run. */
export interface Binary {
  path: string;
  version: string;
}

/** Why there is no program to run, in a sentence that says what to do. */
export class BinaryProblem extends Error {
  constructor(
    message: string,
    /** Whether a setting is to blame, and not the extension. */
    readonly isSetting: boolean,
  ) {
    super(message);
  }
}

/** The program of a setting, or the one that came with the extension; run once to see that it works. */
export async function findBinary(extensionPath: string, setting: string | undefined): Promise<Binary> {
  const chosen = setting ?? bundled(extensionPath);
  const isSetting = setting !== undefined;
  if (!path.isAbsolute(chosen)) {
    throw new BinaryProblem(`The setting base44Connectors.serverPath has to be a full path; it is ${chosen}.`, true);
  }
  if (!(await may(chosen, constants.F_OK))) {
    throw new BinaryProblem(isSetting ? missingSetting(chosen) : missingBundled(), isSetting);
  }
  if (!(await may(chosen, constants.X_OK))) {
    await makeRunnable(chosen, isSetting);
  }
  return { path: chosen, version: await testRun(chosen, isSetting) };
}

function bundled(extensionPath: string): string {
  const name = process.platform === 'win32' ? 'base44-connectors.exe' : 'base44-connectors';
  return path.join(extensionPath, 'server', name);
}

async function may(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

/** Some ways to unpack an extension lose the mark of a program; a file of the person's own is left as it is. */
async function makeRunnable(file: string, isSetting: boolean): Promise<void> {
  try {
    if (isSetting) {
      throw new Error('not ours');
    }
    await chmod(file, 0o755);
  } catch {
    throw new BinaryProblem(`The language server ${file} may not be run: give it the right to, with chmod +x.`, isSetting);
  }
}

function testRun(file: string, isSetting: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, ['--version'], { timeout: longestTestRun, windowsHide: true }, (error, stdout) => {
      const version = /^base44-connectors (\S+)/.exec(stdout)?.[1];
      if (error === null && version !== undefined) {
        resolve(version);
        return;
      }
      const reason = error?.killed === true ? 'it gave no answer' : (error?.message ?? 'it is another program');
      reject(new BinaryProblem(isSetting ? brokenSetting(file, reason) : brokenBundled(reason), isSetting));
    });
  });
}

function missingSetting(file: string): string {
  return `There is no language server at ${file}. Correct the setting base44Connectors.serverPath, or clear it to use the one that comes with the extension.`;
}

function missingBundled(): string {
  return `The language server is missing from this installation. Install the extension for ${platform()}-${arch()} again, or name a program in the setting base44Connectors.serverPath.`;
}

function brokenSetting(file: string, reason: string): string {
  return `${file} cannot be used as the language server: ${firstLine(reason)}. Correct the setting base44Connectors.serverPath, or clear it.`;
}

function brokenBundled(reason: string): string {
  return `The language server of this installation does not run on this computer (${platform()}-${arch()}): ${firstLine(reason)}. Install the extension for ${platform()}-${arch()}, or name a program in the setting base44Connectors.serverPath.`;
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
