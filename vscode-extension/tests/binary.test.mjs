// Which server is taken, and what is said where none can be.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { bundled } from './bundled.mjs';

const { findBinary } = await bundled('server/binary.ts');
const { brief } = await bundled('words.ts');
const { kindOfBytes } = await bundled('server/executable.ts');
const { inNodeModules, onPath } = await bundled('server/search.ts');

const made = mkdtempSync(join(tmpdir(), 'base44-binary-'));
after(() => rmSync(made, { recursive: true }));
let count = 0;

function folder() {
  const path = join(made, String((count += 1)));
  mkdirSync(path);
  return path;
}

function file(path, text, mode = 0o755) {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const program = (version) => `#!/bin/sh\necho "base44-connectors ${version} (x86_64-unknown-linux-gnu)"\n`;
const linux = (PATH = '') => ({ platform: 'linux', arch: 'x64', env: { PATH } });

function search(more = {}) {
  return { extensionPath: folder(), version: '0.1.0', setting: undefined, folders: [], trusted: true, ...more };
}

/** A project with the npm package, and its program for a target. */
function project(target, text, root = folder()) {
  const modules = join(root, 'node_modules');
  file(join(modules, 'base44-connectors', 'package.json'), '{ "name": "base44-connectors" }');
  if (target !== undefined) {
    const name = target.startsWith('win32') ? 'base44-connectors.exe' : 'base44-connectors';
    file(join(modules, '@base44-connectors', target, 'package.json'), '{}');
    file(join(modules, '@base44-connectors', target, 'bin', name), text);
  }
  return root;
}

const problem = async (wanted, computer = linux()) =>
  findBinary(wanted, computer).then(
    (found) => assert.fail(`found ${found.path}`),
    (error) => {
      // What is told in a message has buttons, and sends nobody to a terminal.
      assert.doesNotMatch(error.what, /npm |chmod|xattr|-File|base44Connectors\./);
      assert.ok(error.message.startsWith(`${error.what} `));
      assert.ok(brief(error.what).length <= 120, error.what);
      return error.message.replaceAll(made, '<tmp>');
    },
  );

test('the setting comes first, then the extension, the project and the PATH', async () => {
  const wanted = search({ folders: [project('linux-x64', program('0.1.3'))] });
  const bin = folder();
  file(join(bin, 'base44-connectors'), program('0.1.4'));
  const sourceOf = async (more) => {
    const { source, version } = await findBinary({ ...wanted, ...more }, linux(bin));
    return `${source} ${version}`;
  };
  assert.equal(await sourceOf({ folders: [] }), 'PATH 0.1.4');
  assert.equal(await sourceOf({}), 'project 0.1.3');
  file(join(wanted.extensionPath, 'server', 'base44-connectors'), program('0.1.0'));
  assert.equal(await sourceOf({}), 'extension 0.1.0');
  assert.equal(await sourceOf({ setting: file(join(folder(), 'own'), program('0.1.9')) }), 'setting 0.1.9');
});

test('nothing of a folder that is not trusted is run, wherever it is named', async () => {
  const root = project('linux-x64', program('0.1.0'));
  file(join(root, 'bin', 'base44-connectors'), program('0.1.0'));
  const wanted = search({ folders: [root], trusted: false });
  assert.match(await problem(wanted, linux(`${join(root, 'bin')}:bin:.`)), /The PATH has none/);
  assert.equal((await findBinary({ ...wanted, trusted: true }, linux())).source, 'project');
});

test('packages are found from a folder below, through pnpm’s links, and as the static build', () => {
  const root = project('linux-x64-musl', program('0.1.0'));
  mkdirSync(join(root, 'apps', 'shop'), { recursive: true });
  assert.ok(inNodeModules(join(root, 'apps', 'shop'), linux()).endsWith('linux-x64-musl/bin/base44-connectors'));
  const pnpm = folder();
  const store = project('linux-x64', program('0.1.0'), join(pnpm, 'store'));
  mkdirSync(join(pnpm, 'node_modules'));
  symlinkSync(join(store, 'node_modules', 'base44-connectors'), join(pnpm, 'node_modules', 'base44-connectors'));
  assert.ok(inNodeModules(pnpm, linux()).endsWith('linux-x64/bin/base44-connectors'));
});

test('on Windows the PATH has other names, other marks, and npm’s script', () => {
  const bin = folder();
  const windows = (env) => ({ platform: 'win32', arch: 'x64', env });
  file(join(bin, 'base44-connectors.cmd'), '');
  assert.equal(onPath(windows({ Path: `"${bin}"` }), []), undefined);
  project('win32-x64', '', bin);
  assert.ok(onPath(windows({ Path: `relative;"${bin}"` }), []).endsWith('base44-connectors.exe'));
  file(join(bin, 'base44-connectors.exe'), '');
  assert.equal(onPath(windows({ PATH: bin }), []), join(bin, 'base44-connectors.exe'));
});

test('what is missing is said with what to do', async () => {
  assert.equal(
    await problem(search()),
    'This extension was installed without a language server for linux-x64. The project’s node_modules and the PATH have none. Run npm install -D base44-connectors@0.1, or name a program in the setting base44Connectors.serverPath.',
  );
  assert.match(await problem(search({ folders: [project()] })), /optional packages were left out\. Run npm install --include=optional\./);
  assert.match(await problem(search({ setting: 'relative' })), /has to be a full one/);
  assert.match(await problem(search({ setting: join(made, 'nowhere') })), /There is no language server at/);
  const closed = file(join(folder(), 'own'), program('0.1.0'), 0o644);
  assert.match(await problem(search({ setting: closed })), /chmod \+x/);
});

test('another version is said, with the one that fits', async () => {
  const old = search({ folders: [project('linux-x64', program('0.0.9'))] });
  assert.match(await problem(old), /is version 0\.0\.9; this extension works with 0\.1\. Run npm install -D base44-connectors@0\.1\.$/);
  const newer = search({ version: '1.4.0', folders: [project('linux-x64', program('1.9.0'))] });
  assert.equal((await findBinary(newer, linux())).version, '1.9.0');
});

test('a program of another system is said by its header', async () => {
  const windows = Buffer.alloc(256);
  windows.write('MZ', 0, 'latin1');
  windows.writeUInt32LE(128, 0x3c);
  windows.write('PE\0\0', 128, 'latin1');
  windows.writeUInt16LE(0x8664, 132);
  const setting = file(join(folder(), 'own'), windows);
  assert.match(await problem(search({ setting })), /it is for win32-x64, and this computer is linux-x64\. It is <tmp>\S+ Correct the setting/);
  const inProject = search({ folders: [project('linux-x64', windows)] });
  assert.match(await problem(inProject), /Delete node_modules and install it again on this computer/);
  const other = file(join(folder(), 'own'), '#!/bin/sh\necho hello\n');
  assert.match(await problem(search({ setting: other })), /it is another program/);
});

test('headers are read as far as they go', () => {
  const universal = Buffer.alloc(48);
  universal.writeUInt32BE(0xcafebabe, 0);
  universal.writeUInt32BE(2, 4);
  universal.writeUInt32BE(0x01000007, 8);
  universal.writeUInt32BE(0x0100000c, 28);
  assert.deepEqual(kindOfBytes(universal), { system: 'darwin', arches: ['x64', 'arm64'] });
  const arm = Buffer.from('cffaedfe0c000001', 'hex');
  assert.deepEqual(kindOfBytes(arm), { system: 'darwin', arches: ['arm64'] });
  for (const text of ['', 'M', 'MZ', '\x7fELF', '#!/bin/sh']) {
    assert.equal(kindOfBytes(Buffer.from(text, 'latin1')), undefined);
  }
});
