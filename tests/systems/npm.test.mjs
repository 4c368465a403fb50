// The npm packages, packed and installed into an empty project while no registry can be reached.
//
//   BASE44_CONNECTORS_BIN=FILE node --test tests/systems/npm.test.mjs    a program that runs on this computer
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const program = resolve(process.env.BASE44_CONNECTORS_BIN ?? join(root, 'target', 'debug', 'base44-connectors'));
const { version } = JSON.parse(readFileSync(join(root, 'vscode-extension', 'package.json'), 'utf8'));
const made = mkdtempSync(join(tmpdir(), 'base44-npm-test-'));
after(() => rmSync(made, { recursive: true, force: true }));

const arch = process.arch;
const triple = { x64: 'x86_64', arm64: 'aarch64' }[arch];
const system = `linux-${arch}`;
const packages = join(made, 'packages');
const tarball = (name) => join(packages, `${name}-${version}.tgz`);
const main = tarball('base44-connectors');
const own = tarball(`base44-connectors-${system}`);
// Every way to a registry leads nowhere, and nobody waits for it.
const offline = ['--offline', '--registry=http://127.0.0.1:9', '--fetch-retries=0', '--no-audit', '--no-fund', '--no-update-notifier', `--cache=${join(made, 'cache')}`];

function npm(folder, ...line) {
  return execFileSync('npm', [...offline, ...line], { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: clean() });
}

/** Without what an npm that runs this test has set. */
function clean(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|base44_)/i.test(name));
  return { ...Object.fromEntries(kept), HOME: join(made, 'home'), ...more };
}

function project(name, tarballs, ...options) {
  const folder = join(made, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  npm(folder, 'install', '--save-dev', ...tarballs, ...options);
  return folder;
}

function run(folder, line, env = {}) {
  const script = join(folder, 'node_modules', '.bin', 'base44-connectors');
  const { status, stdout, stderr } = spawnSync(script, line, { cwd: folder, encoding: 'utf8', env: clean(env) });
  return { status, stdout, said: stderr.trim().replaceAll(made, '<tmp>') };
}

let installed;
before(() => {
  const binaries = join(made, 'binaries', `${triple}-unknown-linux-gnu`);
  mkdirSync(binaries, { recursive: true });
  mkdirSync(join(made, 'home'));
  copyFileSync(program, join(binaries, 'base44-connectors'));
  const pack = join(root, 'vscode-extension', 'packaging', 'npm', 'pack.mjs');
  execFileSync(process.execPath, [pack, '--binaries', join(made, 'binaries'), '--out', packages, '--allow-missing']);
  installed = project('installed', [main, own]);
});

test('nothing but the program and a script that starts it is installed, and nothing is run meanwhile', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'node_modules', 'base44-connectors', 'package.json'), 'utf8'));
  assert.equal(manifest.scripts, undefined);
  assert.equal(manifest.dependencies, undefined);
  assert.equal(Object.keys(manifest.optionalDependencies).length, 8);
  const files = readdirSync(join(installed, 'node_modules', '@base44-connectors', system), { recursive: true });
  assert.deepEqual(files.sort(), ['LICENSE', 'bin', 'bin/base44-connectors', 'package.json']);
});

test('the command passes on arguments, output and exit code', () => {
  const { status, stdout } = run(installed, ['--version']);
  assert.match(stdout, new RegExp(`^base44-connectors ${version}`));
  assert.equal(status, 0);
  assert.equal(run(installed, ['check']).status, 2);
});

test('a server of an editor is told to give back the memory of what was closed', async (t) => {
  const script = join(installed, 'node_modules', '.bin', 'base44-connectors');
  const editor = spawn(script, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'], env: clean({ MALLOC_TRIM_THRESHOLD_: '1' }) });
  t.after(() => editor.kill());
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { capabilities: {} } });
  editor.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  await once(editor.stdout, 'data');
  const server = readFileSync(`/proc/${editor.pid}/task/${editor.pid}/children`, 'utf8').trim();
  const variables = readFileSync(`/proc/${server}/environ`, 'utf8').split('\0').filter((entry) => entry.startsWith('MALLOC_'));
  assert.deepEqual(variables.sort(), ['MALLOC_MMAP_THRESHOLD_=131072', 'MALLOC_TRIM_THRESHOLD_=1'], "the person's own word counts");
});

test('the demo goes the whole way with npx', () => {
  const said = npm(installed, 'exec', '--no', '--', 'base44-connectors', 'demo', '--approve');
  assert.match(said, /Nothing left to say/);
});

test('the language server ends with its client', async () => {
  const script = join(installed, 'node_modules', '.bin', 'base44-connectors');
  const server = spawn(script, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'], env: clean() });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  const [answer] = await new Promise((done) => server.stdout.once('data', (...data) => done(data)));
  assert.match(String(answer), /"capabilities"/);
  const ended = new Promise((done) => server.once('exit', done));
  server.stdin.end();
  await ended;
});

test('a signal ends the program too, and its exit code is passed on', async () => {
  const script = join(installed, 'node_modules', '.bin', 'base44-connectors');
  const sandbox = spawn(script, ['sandbox', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'], env: clean() });
  const ended = new Promise((done) => sandbox.once('exit', (code, signal) => done(code ?? signal)));
  await new Promise((done) => sandbox.stdout.once('data', done));
  sandbox.kill('SIGTERM');
  assert.equal(await ended, 0);
});

test('without the optional packages, one line says so and what to do', () => {
  const folder = project('left-out', [main], '--omit=optional');
  const { status, said } = run(folder, ['--version']);
  assert.equal(status, 2);
  assert.equal(said.split('\n').length, 1);
  assert.match(said, /@base44-connectors\/linux-\w+ is not installed: .*Run npm install --include=optional/);
});

test('a program of another user, found in a folder above, is not run', { skip: process.getuid() !== 0 && 'only root can give files away' }, () => {
  const folder = project('shared/mine', [main], '--omit=optional');
  const above = join(folder, '..', 'node_modules', '@base44-connectors', system);
  cpSync(join(installed, 'node_modules', '@base44-connectors', system), above, { recursive: true });
  assert.equal(run(folder, ['--version']).status, 0, 'of ours it is run: workspaces share their packages');
  for (const file of ['bin/base44-connectors', 'package.json']) {
    chownSync(join(above, file), 12345, 12345);
    const { status, stdout, said } = run(folder, ['--version']);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(said, /^✗ \S+ belongs to another user of this machine and is not run\. Install it beside this package/);
    chownSync(join(above, file), 0, 0);
  }
  // Nor where they are the person's and lie in a folder of somebody else, who may give any file such a name.
  for (const lies of ['.', 'bin']) {
    chownSync(join(above, lies), 12345, 12345);
    const { status, said } = run(folder, ['--version']);
    assert.equal(status, 2);
    assert.match(said, /^✗ \S+ belongs to another user of this machine and is not run/);
    chownSync(join(above, lies), 0, 0);
  }
  // Nor is anything shown that it says of itself.
  const manifest = join(above, 'package.json');
  writeFileSync(manifest, JSON.stringify({ name: `@base44-connectors/${system}`, version: '\u001b]0;owned\u0007' }));
  chownSync(manifest, 12345, 12345);
  const { status, said } = run(folder, ['--version']);
  assert.equal(status, 2);
  assert.match(said, /^✗ \S+ belongs to another user of this machine and is not run/);
});

/** What the package says when it is asked for the program on another system, or of one that did not start. */
function elsewhere(platform, arch, script) {
  const pretend = `for (const [name, value] of [['platform', '${platform}'], ['arch', '${arch}']]) Object.defineProperty(process, name, { value });`;
  const line = `${pretend} const it = require('base44-connectors'); try { console.log(${script}); } catch (error) { console.log(error.message); }`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', line], { cwd: installed, encoding: 'utf8', env: clean() });
  assert.equal(stderr, '');
  assert.equal(stdout.trim().split('\n').length, 1, stdout);
  return stdout.trim();
}

test('where there is no program for a system, the systems that there are are named, and what else to do', () => {
  assert.match(elsewhere('sunos', 'x64', 'it.binaryPath()'), /has no program for sunos-x64\. There is one for .*darwin-arm64.*cargo install/);
  assert.match(elsewhere('linux', 'riscv64', 'it.binaryPath()'), /has no program for linux-riscv64\./);
});

test('a node_modules that came from another system says so', () => {
  for (const [platform, cpu] of [['win32', 'x64'], ['darwin', 'arm64'], ['linux', arch === 'x64' ? 'arm64' : 'x64']]) {
    const said = elsewhere(platform, cpu, 'it.binaryPath()');
    assert.match(said, new RegExp(`^@base44-connectors/${platform}-${cpu} is not installed: .*another system`));
  }
});

test('a program that the system holds back is allowed by one command', () => {
  const held = (platform, code) => elsewhere(platform, 'x64', `it.whyItDoesNotRun('/a/b', { code: '${code}' })`);
  assert.match(held('darwin', 'EPERM'), /xattr -d com\.apple\.quarantine '\/a\/b'/);
  assert.match(held('win32', 'UNKNOWN'), /Unblock-File '\/a\/b'/);
  assert.match(held('win32', 'EPERM'), /Unblock-File '\/a\/b'/);
});

test('a program of another version is not mixed in', () => {
  const folder = join(made, 'mixed');
  cpSync(installed, folder, { recursive: true, verbatimSymlinks: true });
  const manifest = join(folder, 'node_modules', '@base44-connectors', system, 'package.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`"version": "${version}"`, '"version": "0.0.1"'));
  assert.match(run(folder, ['--version']).said, /base44-connectors is \S+ and @base44-connectors\/\S+ is 0\.0\.1\. Install both anew/);
});

test('a program that may not be run, is gone or is for another C library is said in one line', () => {
  const path = join(made, 'mixed-program');
  const said = () => run(installed, ['--version'], { BASE44_CONNECTORS_BINARY: path }).said;
  assert.match(said(), /^✗ There is no program at/);
  writeFileSync(path, '#!/nowhere/ld-musl.so.1\n');
  assert.match(said(), /may not be run\. Give it the right to: chmod \+x/);
  chmodSync(path, 0o755);
  assert.match(said(), /needs a C library that is not here/);
});

test('scripts have types for what the commands print', () => {
  const tsc = join(root, 'vscode-extension', 'node_modules', 'typescript', 'bin', 'tsc');
  const sample = join(made, 'sample');
  cpSync(join(root, 'tests', 'workspaces', 'many-mistakes'), sample, { recursive: true });
  const findings = spawnSync(program, ['check', '--format', 'json'], { cwd: sample, encoding: 'utf8', env: clean() }).stdout;
  const failure = spawnSync(program, ['status', '--json'], { cwd: made, encoding: 'utf8', env: clean() }).stdout;
  const lines = [
    `import type { Failure, Finding } from 'base44-connectors';`,
    `import { binaryPath } from 'base44-connectors';`,
    `export const findings: Finding[] = ${findings};`,
    `export const failure: Failure = ${failure};`,
    `export const path: string = binaryPath();`,
  ];
  writeFileSync(join(installed, 'script.ts'), lines.join('\n'));
  const line = [tsc, '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', 'script.ts'];
  const checked = spawnSync(process.execPath, line, { cwd: installed, encoding: 'utf8' });
  assert.equal(checked.stdout, '');
  assert.ok(JSON.parse(findings).length > 5);
});
