// What other editors are given: read as they read it, and the server started as they would start it.
//
//   BASE44_CONNECTORS_BIN=FILE node --test tests/systems/editors.test.mjs    a program of this computer
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const require = createRequire(join(root, 'tests', 'package.json'));
const { parse } = require('yaml');
const editors = join(root, 'vscode-extension', 'packaging', 'editors');
const program = resolve(process.env.BASE44_CONNECTORS_BIN ?? join(root, 'target', 'debug', 'base44-connectors'));
const { version } = JSON.parse(readFileSync(join(root, 'vscode-extension', 'package.json'), 'utf8'));
const made = mkdtempSync(join(tmpdir(), 'base44-editors-test-'));
after(() => rmSync(made, { recursive: true, force: true }));
const text = (path) => readFileSync(join(editors, path), 'utf8');
const env = { ...process.env, HOME: join(made, 'home'), XDG_STATE_HOME: join(made, 'home'), PATH: `${join(made, 'bin')}:${process.env.PATH}` };

before(() => {
  mkdirSync(join(made, 'bin'));
  mkdirSync(join(made, 'home'));
  symlinkSync(program, join(made, 'bin', 'base44-connectors'));
  cpSync(join(root, 'tests', 'workspaces', 'help-desk'), join(made, 'project'), { recursive: true });
});

/** Whether a command line starts a server. */
async function serves([command, ...line]) {
  const server = spawn(command, line, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  const said = String(await new Promise((done) => server.stdout.once('data', done)));
  const ended = new Promise((done) => server.once('exit', done));
  server.stdin.end();
  await ended;
  return said.includes('"capabilities"');
}

/** A file in TOML, as Python reads it. */
function toml(path) {
  const script = 'import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], "rb"))))';
  const { stdout, stderr } = spawnSync('python3', ['-c', script, join(editors, path)], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

test('all are of the version of the extension', () => {
  assert.equal(toml('zed/extension.toml').version, version);
  assert.equal(toml('zed/Cargo.toml').package.version, version);
  assert.ok(text('mason/package.yaml').includes(`pkg:npm/base44-connectors@${version}\n`));
});

test('mason installs the command of the npm package', () => {
  const { source, bin, languages, categories, licenses } = parse(text('mason/package.yaml'));
  assert.match(source.id, /^pkg:npm\/base44-connectors@/);
  assert.deepEqual(bin, { 'base44-connectors': 'npm:base44-connectors' });
  assert.deepEqual([languages, licenses], [['JSON'], ['MIT']]);
  assert.ok(categories.includes('LSP'));
});

test('Neovim starts the server by what nvim-lspconfig is given, and hears of mistakes', (t) => {
  if (spawnSync('nvim', ['--version']).error !== undefined) {
    t.skip('there is no Neovim');
    return;
  }
  const script = join(made, 'try.lua');
  writeFileSync(
    script,
    `local config = dofile('${join(editors, 'nvim-lspconfig/lsp/base44_connectors.lua')}')
     local name = vim.api.nvim_buf_get_name(0)
     local found = vim.fn.findfile(config.root_markers[1], vim.fn.fnamemodify(name, ':h') .. ';')
     local root = vim.fn.fnamemodify(found, ':p:h:h')
     local id = vim.lsp.start_client({ name = 'base44_connectors', cmd = config.cmd, root_dir = root })
     vim.lsp.buf_attach_client(0, id)
     local heard = vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
     print(heard and 'heard' or 'nothing')
     vim.cmd('qa!')`,
  );
  const line = ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', join(made, 'project/base44/connectors/slack.jsonc'), '-c', `luafile ${script}`];
  const { stderr } = spawnSync('nvim', line, { env, encoding: 'utf8', timeout: 60_000 });
  assert.match(stderr, /heard/);
});

test('Helix’s text is TOML, starts the server, and is that of the README', async () => {
  const { 'language-server': servers, language } = toml('helix/languages.toml');
  const { command, args } = servers['base44-connectors'];
  assert.ok(language.every((one) => one['language-servers'].includes('base44-connectors')));
  assert.ok(await serves([command, ...args]));
  const readme = readFileSync(join(root, 'server', 'README.md'), 'utf8');
  assert.ok(readme.includes(`\`\`\`toml\n${text('helix/languages.toml')}\`\`\`\n`));
});

test('coc starts the server in a project alone', async () => {
  const { languageserver } = JSON.parse(text('coc/coc-settings.json'));
  const { command, args, rootPatterns, requireRootPattern } = languageserver['base44-connectors'];
  assert.ok(requireRootPattern && rootPatterns.includes('base44/config.jsonc'));
  assert.ok(await serves([command, ...args]));
});

test('LSP4IJ’s template starts the server, on Windows by npm’s script', async () => {
  const folder = 'lsp4ij/base44-connectors';
  const { name, programArgs, fileTypeMappings } = JSON.parse(text(`${folder}/template.json`));
  assert.equal(name, 'Base44 Connectors');
  assert.deepEqual(fileTypeMappings[0].fileType.patterns, ['*.jsonc', '*.json', '*.json5']);
  assert.equal(programArgs.windows, 'base44-connectors.cmd lsp');
  assert.ok(await serves(programArgs.default.split(' ')));
  for (const more of ['settings', 'initializationOptions']) {
    assert.deepEqual(JSON.parse(text(`${folder}/${more}.json`)), {});
  }
});

test('Zed’s extension names a server that its code starts', () => {
  const { language_servers: servers, id } = toml('zed/extension.toml');
  assert.deepEqual(Object.keys(servers), [id]);
  const code = text('zed/src/lib.rs');
  const { targets } = { targets: readFileSync(join(root, 'vscode-extension/packaging/targets.mjs'), 'utf8') };
  // Zed gives it a project's settings too: no address of those reaches the server.
  assert.match(code, /initialization_options\)\.map\(options::without_address\)/);
  for (const [, name] of targets.matchAll(/npm: \{ name: '([\w-]+)'/g)) {
    assert.ok(code.includes(`"${name}"`), name);
  }
});
