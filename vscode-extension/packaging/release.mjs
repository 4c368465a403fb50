// Makes all that a release consists of from built programs: archives, npm packages, VS Code packages, their bills of
// materials and one list of checksums.
//
//   node packaging/release.mjs --binaries DIR --out DIR [--allow-missing]
//
// The first folder has one folder a Rust triple with the program in it. One of them has to run on this computer: it
// writes the completions and the man pages.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { sbom } from '../scripts/sbom.mjs';
import { programIn, programName, targets } from './targets.mjs';

const here = import.meta.dirname;
const extension = join(here, '..');
const repository = join(extension, '..');
const { version } = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));

const { values } = parseArgs({
  options: { binaries: { type: 'string' }, out: { type: 'string' }, 'allow-missing': { type: 'boolean' } },
});
if (values.binaries === undefined || values.out === undefined) {
  fail('Name the folder of the programs with --binaries and that of the release with --out.');
}
const binaries = resolve(values.binaries);
const out = resolve(values.out);
const built = targets.map((target) => ({ target, program: programIn(binaries, target) })).filter(({ program }) => program !== undefined);
const missing = targets.filter((target) => programIn(binaries, target) === undefined);
if (missing.length > 0 && values['allow-missing'] !== true) {
  fail(`There is no program for ${missing.map(({ vsix }) => vsix).join(', ')} in ${binaries}.`);
}

const work = mkdtempSync(join(tmpdir(), 'base44-release-'));
try {
  const extras = join(work, 'extras');
  execFileSync(ownProgram(), ['shell-files', extras], { stdio: 'inherit' });
  for (const { target, program } of built) {
    archive(target, program, extras);
  }
  const all = ['--binaries', binaries, '--out', join(out, 'npm')];
  execFileSync(process.execPath, [join(here, 'npm', 'pack.mjs'), ...all, ...(missing.length > 0 ? ['--allow-missing'] : [])], { stdio: 'inherit' });
  execFileSync(process.execPath, [join(extension, 'scripts', 'package.mjs'), '--all', binaries, '--out', join(out, 'vsix')], { stdio: 'inherit' });
} finally {
  rmSync(work, { recursive: true, force: true });
}
writeFileSync(join(out, 'SHA256SUMS'), checksums());

/** The program that runs here; the static one does on every Linux. */
function ownProgram() {
  const [, found] = built.map(({ target, program }) => [target.npm, program]).find(([{ os, cpu }]) => os === process.platform && cpu === process.arch) ?? [];
  return found ?? fail(`None of the programs runs on ${process.platform}-${process.arch}.`);
}

/** The program with what belongs to it, in a folder of its name. */
function archive(target, program, extras) {
  const triple = basename(dirname(program));
  const name = `base44-connectors-${version}-${triple}`;
  const folder = join(work, name);
  mkdirSync(folder);
  copyFileSync(program, join(folder, programName(target)));
  copyFileSync(join(extension, 'LICENSE'), join(folder, 'LICENSE'));
  copyFileSync(join(repository, 'README.md'), join(folder, 'README.md'));
  writeFileSync(join(folder, 'sbom.cdx.json'), sbom(target.vsix));
  execFileSync('cp', ['-R', join(extras, 'completions'), join(extras, 'man'), folder]);
  const archives = join(out, 'archives');
  mkdirSync(archives, { recursive: true });
  if (target.vsix.startsWith('win32')) {
    const file = join(archives, `${name}.zip`);
    rmSync(file, { force: true });
    execFileSync('python3', ['-m', 'zipfile', '-c', file, name], { cwd: work });
  } else {
    const same = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];
    execFileSync('tar', [...same, '-czf', join(archives, `${name}.tar.gz`), name], { cwd: work });
  }
}

function checksums() {
  const files = ['archives', 'npm', 'vsix'].flatMap((folder) => readdirSync(join(out, folder)).map((name) => join(folder, name)));
  const line = (file) => `${createHash('sha256').update(readFileSync(join(out, file))).digest('hex')}  ${basename(file)}\n`;
  return files.sort().map(line).join('');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
