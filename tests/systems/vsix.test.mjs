// The VS Code packages: what is in them, for which system they say they are, and that the server in them can be run.
//
//   BASE44_CONNECTORS_BIN=FILE node --test tests/systems/vsix.test.mjs    a program of this computer
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const extension = join(root, 'vscode-extension');
const program = resolve(process.env.BASE44_CONNECTORS_BIN ?? join(root, 'target', 'debug', 'base44-connectors'));
const made = mkdtempSync(join(tmpdir(), 'base44-vsix-test-'));
after(() => rmSync(made, { recursive: true, force: true }));
const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch];
const here = `linux-${process.arch}`;

before(() => {
  const binaries = join(made, 'binaries', `${machine}-unknown-linux-gnu`);
  mkdirSync(binaries, { recursive: true });
  copyFileSync(program, join(binaries, 'base44-connectors'));
  const line = ['scripts/package.mjs', '--all', join(made, 'binaries'), '--out', join(made, 'out'), '--any-size'];
  execFileSync(process.execPath, line, { cwd: extension, stdio: ['ignore', 'ignore', 'pipe'] });
});

const contents = (name) =>
  execFileSync('python3', ['-m', 'zipfile', '-l', join(made, 'out', `base44-connectors-${name}.vsix`)], { encoding: 'utf8' });

function unpacked(name) {
  const folder = join(made, name);
  mkdirSync(folder);
  // Python's own zipfile forgets who may run what.
  const script = 'import sys, zipfile, os\nz = zipfile.ZipFile(sys.argv[1])\nfor i in z.infolist():\n    p = z.extract(i, sys.argv[2]); m = i.external_attr >> 16\n    m and os.chmod(p, m)';
  execFileSync('python3', ['-c', script, join(made, 'out', `base44-connectors-${name}.vsix`), folder]);
  return folder;
}

test('one command makes a package for each server, and one without', () => {
  assert.deepEqual(readdirSync(join(made, 'out')).sort(), [`base44-connectors-${here}.vsix`, 'base44-connectors-universal.vsix']);
});

test('a package says for which system it is, and its server runs once unpacked', () => {
  const folder = unpacked(here);
  const manifest = execFileSync('cat', [join(folder, 'extension.vsixmanifest')], { encoding: 'utf8' });
  assert.match(manifest, new RegExp(`TargetPlatform="${here}"`));
  const server = join(folder, 'extension', 'server', 'base44-connectors');
  assert.match(execFileSync(server, ['--version'], { encoding: 'utf8' }), /^base44-connectors \d/);
});

test('the package without a server goes to every system, and is small', () => {
  const manifest = execFileSync('cat', [join(unpacked('universal'), 'extension.vsixmanifest')], { encoding: 'utf8' });
  assert.doesNotMatch(manifest, /TargetPlatform=/);
  assert.doesNotMatch(contents('universal'), /server\/base44-connectors/);
  assert.match(contents('universal'), /server\/sbom\.cdx\.json/);
});

test('nothing but the extension is in them', () => {
  const names = [...contents(here).matchAll(/^extension\/(\S+)/gm)].map(([, name]) => name.split('/')[0]).sort();
  const expected = ['CHANGELOG.md', 'LICENSE.txt', 'changelog.md', 'dist', 'images', 'language-configuration.json', 'package.json', 'readme.md', 'server', 'syntaxes', 'walkthrough'];
  assert.deepEqual([...new Set(names)].filter((name) => !expected.includes(name)), []);
});
