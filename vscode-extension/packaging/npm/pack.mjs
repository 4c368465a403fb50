// Makes the npm packages from built programs: one for each system, and the small one that people install.
//
//   node packaging/npm/pack.mjs --binaries DIR --out DIR [--allow-missing]
//
// The first folder has one folder a Rust triple with the program in it. The packages come out as tarballs, as
// `npm publish` takes them. Nothing in them is run or downloaded at install time: npm chooses the package for the
// system by its `os`, `cpu` and `libc`.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { programIn, programName, targets } from '../targets.mjs';

const here = import.meta.dirname;
const extension = join(here, '..', '..');
const scope = '@base44-connectors';

const { values } = parseArgs({
  options: { binaries: { type: 'string' }, out: { type: 'string' }, 'allow-missing': { type: 'boolean' } },
});
if (values.binaries === undefined || values.out === undefined) {
  fail('Name the folder of the programs with --binaries and that of the packages with --out.');
}

const own = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));
const common = {
  version: own.version,
  license: own.license,
  repository: own.repository,
  homepage: own.homepage,
  bugs: own.bugs,
};
const built = targets.map((target) => ({ target, program: programIn(values.binaries, target) }));
const missing = built.filter(({ program }) => program === undefined).map(({ target }) => target.npm.name);
if (missing.length > 0 && values['allow-missing'] !== true) {
  fail(`There is no program for ${missing.join(', ')} in ${values.binaries}.`);
}

const out = resolve(values.out);
mkdirSync(out, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'base44-npm-'));
try {
  for (const { target, program } of built.filter(({ program: path }) => path !== undefined)) {
    pack(forSystem(target, program));
  }
  pack(main());
} finally {
  rmSync(work, { recursive: true });
}

/** The package with the program of one system. */
function forSystem(target, program) {
  const { name, os, cpu, libc } = target.npm;
  const folder = join(work, name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  copyFileSync(program, join(folder, 'bin', programName(target)));
  chmodSync(join(folder, 'bin', programName(target)), 0o755);
  write(folder, {
    name: `${scope}/${name}`,
    description: `The program of base44-connectors for ${name}.`,
    ...common,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    // A program inside of a zip cannot be run.
    preferUnplugged: true,
    files: ['bin'],
  });
  return folder;
}

/** The package that people install. */
function main() {
  const folder = join(work, 'base44-connectors');
  mkdirSync(folder);
  for (const name of ['bin', 'index.js', 'index.d.ts', 'README.md']) {
    cpSync(join(here, name), join(folder, name), { recursive: true });
  }
  chmodSync(join(folder, 'bin', 'base44-connectors.js'), 0o755);
  write(folder, {
    name: 'base44-connectors',
    description: 'Checks, pushes, pulls and authorizes the connectors of a Base44 app, in the terminal and in every editor.',
    ...common,
    keywords: own.keywords,
    bin: { 'base44-connectors': 'bin/base44-connectors.js' },
    main: 'index.js',
    types: 'index.d.ts',
    engines: { node: '>=18' },
    files: ['bin', 'index.js', 'index.d.ts'],
    optionalDependencies: Object.fromEntries(targets.map(({ npm }) => [`${scope}/${npm.name}`, own.version])),
  });
  return folder;
}

function write(folder, manifest) {
  copyFileSync(join(extension, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function pack(folder) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const arguments_ = ['pack', '--silent', '--ignore-scripts', '--pack-destination', out];
  const done = spawnSync(npm, arguments_, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
  if (done.status !== 0) {
    fail(`npm pack failed in ${folder}: ${done.stderr}`);
  }
  console.log(join(out, done.stdout.trim()));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
