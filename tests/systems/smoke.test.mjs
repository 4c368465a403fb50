// A built program of any system, run as people run it: the demo, a check, a push with a login, an editor's session.
//
//   SMOKE_COMMAND='winerun base44-connectors.exe' SMOKE_TARGET=x86_64-pc-windows-gnu node --test tests/systems/smoke.test.mjs
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const [command, ...first] = process.env.SMOKE_COMMAND.split(' ');
const runner = command.includes('/') ? resolve(command) : command;
const target = process.env.SMOKE_TARGET;
const isWindows = target.includes('windows');
const made = mkdtempSync(join(tmpdir(), 'base44-smoke-'));
after(() => rmSync(made, { recursive: true, force: true }));
const limit = 120_000;
/** How often a login is renewed while others read it. */
const rounds = Number(process.env.SMOKE_ROUNDS ?? 5);

/** A path as the program's system writes it; Wine has the root of the disk as Z. */
const path = (text) => (isWindows ? `Z:${text.replaceAll('/', '\\')}` : text);

/** Wine gives every program the home of its own user, whatever the environment says. */
function person(name) {
  const home = process.env.SMOKE_HOME ?? join(made, name);
  mkdirSync(join(home, '.base44', 'auth'), { recursive: true });
  const env = { ...process.env, HOME: home, USERPROFILE: path(home), XDG_STATE_HOME: path(join(home, 'state')), NO_COLOR: '1' };
  for (const variable of Object.keys(env).filter((key) => key.startsWith('BASE44_'))) {
    delete env[variable];
  }
  return { home, env };
}

function project(name) {
  const folder = join(made, name);
  mkdirSync(join(folder, 'base44', 'connectors'), { recursive: true });
  writeFileSync(join(folder, 'base44', 'config.jsonc'), '{ "name": "Front desk" }\n');
  writeFileSync(join(folder, 'base44', '.app.jsonc'), '{ "id": "front-desk" }\n');
  writeFileSync(join(folder, 'base44', 'connectors', 'slack.jsonc'), '{ "type": "slack", "scopes": ["chat:write"] }\n');
  return folder;
}

function run(line, { cwd = made, env = person('nobody').env } = {}) {
  const { status, stdout, stderr, error } = spawnSync(runner, [...first, ...line], { cwd, env, encoding: 'utf8', timeout: limit });
  assert.equal(error, undefined);
  return { status, said: `${stdout}${stderr}`.replaceAll('\r\n', '\n') };
}

test('it names its version and target', () => {
  assert.match(run(['--version']).said, new RegExp(`^base44-connectors \\d+\\.\\d+\\.\\d+ \\(${target}\\)`, 'm'));
});

test('the demo goes the whole way', () => {
  const { status, said } = run(['demo', '--approve']);
  assert.equal(status, 0, said);
  assert.match(said, /Nothing left to say/);
});

test('what is wrong with a project is told with its lines', () => {
  const folder = join(made, 'many-mistakes');
  cpSync(join(root, 'tests', 'workspaces', 'many-mistakes'), folder, { recursive: true });
  const { status, said } = run(['check'], { cwd: folder });
  assert.equal(status, 1, said);
  assert.match(said, /base44\/connectors\/slack\.jsonc:\d+:\d+/);
});

test('a push with a login of its own, again and again, while others read the login', async () => {
  const { home, env } = person('ana');
  const folder = project('front-desk');
  const sandbox = spawn(runner, [...first, 'sandbox', '--port', '0', '--token', 'short-lived'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let url, refresh;
  let readers = [];
  try {
    let said = '';
    for await (const text of sandbox.stdout) {
      said += text;
      url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      refresh = /BASE44_REFRESH_TOKEN[^A-Za-z0-9]+(\w+)/.exec(said)?.[1];
      if (url !== undefined && refresh !== undefined) break;
    }
    const login = join(home, '.base44', 'auth', 'auth.json');
    // Run out, so that each push renews it.
    const expired = () => {
      const before = (() => {
        try {
          return JSON.parse(readFileSync(login, 'utf8'));
        } catch {
          return { accessToken: 'short-lived', refreshToken: refresh, email: 'ana@example.com', name: 'Ana' };
        }
      })();
      writeFileSync(login, JSON.stringify({ ...before, expiresAt: 1 }));
    };
    expired();
    readers = [1, 2, 3].map(() => keepsReading(login));
    for (let round = 0; round < rounds; round += 1) {
      expired();
      const { status, said: told } = run(['push'], { cwd: folder, env: { ...env, BASE44_API_URL: url } });
      assert.equal(status, 0, told);
      assert.match(told, /slack/);
      assert.ok(JSON.parse(readFileSync(login, 'utf8')).expiresAt > 1, 'the login was renewed and kept');
    }
    assert.match(run(['status'], { cwd: folder, env: { ...env, BASE44_API_URL: url } }).said, /slack/);
  } finally {
    readers.forEach((reader) => reader.kill('SIGKILL'));
    sandbox.kill();
  }
});

/** A program of the same system that has a file open most of the time. */
function keepsReading(file) {
  const [program, ...line] = isWindows
    ? [...(first.length > 0 ? [runner] : []), 'cmd', '/c', `for /l %i in (0,0,1) do @type ${path(file)} >nul 2>nul`]
    : ['sh', '-c', `while :; do cat '${file}' >/dev/null 2>&1; done`];
  return spawn(program, line, { stdio: 'ignore' });
}

test('an editor is served, and hears of its file by the name that it gave it', async (t) => {
  const folder = project('édité');
  const file = join(folder, 'base44', 'connectors', 'slack.jsonc');
  const text = '{ "type": "slack", "scopes": ["chat:wrte"] }\n';
  const encoded = (place) => place.split('/').map(encodeURIComponent).join('/');
  const uri = isWindows ? `file:///z%3A${encoded(file)}` : `file://${encoded(file)}`;
  const server = spawn(runner, [...first, 'lsp'], { env: person('editor').env, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise((done) => server.once('exit', done));
  t.after(() => server.kill());
  const messages = reader(server.stdout);
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const root = uri.slice(0, uri.indexOf('/base44/'));
  const capabilities = { textDocument: { publishDiagnostics: {} }, workspace: { workspaceFolders: true } };
  const folders = [{ uri: root, name: 'app' }];
  send({ id: 1, method: 'initialize', params: { processId: null, rootUri: root, workspaceFolders: folders, capabilities, initializationOptions: { platformChecks: false, statusNotifications: true } } });
  await messages(({ id }) => id === 1);
  send({ method: 'initialized', params: {} });
  send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'jsonc', version: 7, text } } });
  const told = await messages(({ method, params }) => method === 'textDocument/publishDiagnostics' && params.uri === uri && params.diagnostics.length > 0);
  assert.equal(told.params.diagnostics[0].code, 'unknown-scope');
  const described = await messages(({ method, params }) => method === 'base44/status' && params.projects.length > 0);
  assert.equal(decodeURIComponent(described.params.projects[0].uri).toLowerCase(), decodeURIComponent(root).toLowerCase());
  send({ id: 3, method: 'shutdown' });
  await messages(({ id }) => id === 3);
  send({ method: 'exit' });
  assert.equal(await ended, 0);
});

/** Gives the first message from now on that is wanted. */
function reader(stream) {
  let bytes = Buffer.alloc(0);
  const waiting = [];
  const seen = [];
  stream.on('data', (data) => {
    bytes = Buffer.concat([bytes, data]);
    for (;;) {
      const head = bytes.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(bytes.toString('latin1', 0, Math.max(head, 0)))?.[1]);
      if (head < 0 || bytes.length < head + 4 + length) break;
      seen.push(JSON.parse(bytes.toString('utf8', head + 4, head + 4 + length)));
      bytes = bytes.subarray(head + 4 + length);
    }
    serve();
  });
  const serve = () => {
    for (const one of [...waiting]) {
      const found = seen.find(one.wanted);
      if (found !== undefined) {
        clearTimeout(one.timer);
        waiting.splice(waiting.indexOf(one), 1);
        one.done(found);
      }
    }
  };
  return (wanted) =>
    new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`not heard; last: ${JSON.stringify(seen.at(-1))}`)), limit);
      waiting.push({ wanted, done, timer });
      serve();
    });
}
