/** Before all tests: the editor is installed, and so is the extension, packed as it is for people. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { editorEntry, installEditor } from './editor.mjs';
import { extensionsDir, outDir, repository, serverBinary } from './support/places.ts';

export default async function setup(): Promise<void> {
  await installEditor();
  const extension = join(repository, 'vscode-extension');
  const vsix = process.env['BASE44_VSIX'] === undefined ? join(outDir, 'extension.vsix') : resolve(process.env['BASE44_VSIX']);
  await mkdir(outDir, { recursive: true });
  if (process.env['BASE44_VSIX'] === undefined) {
    if (!existsSync(serverBinary)) {
      throw new Error(`Build the server first (cargo build): there is no ${serverBinary}.`);
    }
    if (!existsSync(join(extension, 'node_modules'))) {
      run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], extension);
    }
    run('node', ['scripts/package.mjs', '--any-size', '--out', vsix], extension, { BASE44_CONNECTORS_BIN: serverBinary });
  }
  await rm(extensionsDir, { recursive: true, force: true });
  const data = join(outDir, 'install-data');
  run('node', [editorEntry, '--install-extension', vsix, '--extensions-dir', extensionsDir, '--user-data-dir', data], outDir);
}

function run(program: string, args: string[], cwd: string, env: Record<string, string> = {}): void {
  try {
    execFileSync(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout?.toString() ?? ''}${stderr?.toString() ?? String(error)}`);
  }
}
