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

const encoded = (place) => place.split('/').map(encodeURIComponent).join('/');

/** The address of a file as VS Code writes it. */
const address = (place) => (isWindows ? `file:///z%3A${encoded(place)}` : `file://${encoded(place)}`);

/** A language server with a folder open. */
async function editor(t, folder) {
  const server = spawn(runner, [...first, 'lsp'], { env: person('editor').env, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise((done) => server.once('exit', done));
  t.after(() => server.kill());
  const { message, seen } = reader(server.stdout);
  let count = 0;
  const send = (content) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...content });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const ask = async (method, params) => {
    const id = (count += 1);
    send({ id, method, params });
    return (await message((answer) => answer.id === id && answer.method === undefined)).result;
  };
  const rootUri = address(folder);
  const capabilities = { textDocument: { publishDiagnostics: { versionSupport: true } }, workspace: { workspaceFolders: true } };
  const initializationOptions = { platformChecks: false, statusNotifications: true };
  await ask('initialize', { processId: null, rootUri, workspaceFolders: [{ uri: rootUri, name: 'app' }], capabilities, initializationOptions });
  send({ method: 'initialized', params: {} });
  return {
    ask,
    message,
    seen,
    open: (uri, languageId, text) => send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId, version: 7, text } } }),
    /** What is said of a file, once it is what is wanted. */
    said: (uri, wanted) =>
      message(({ method, params }) => method === 'textDocument/publishDiagnostics' && params.uri === uri && wanted(params.diagnostics.map(({ code }) => code))),
    async leaves() {
      await ask('shutdown');
      send({ method: 'exit' });
      assert.equal(await ended, 0);
    },
  };
}

const typo = '{ "type": "slack", "scopes": ["chat:wrte"] }\n';

test('an editor is served, and hears of its file by the name that it gave it', async (t) => {
  const folder = project('édité');
  const uri = address(join(folder, 'base44', 'connectors', 'slack.jsonc'));
  const { open, said, message, leaves } = await editor(t, folder);
  open(uri, 'jsonc', typo);
  await said(uri, (codes) => codes.includes('unknown-scope'));
  const described = await message(({ method, params }) => method === 'base44/status' && params.projects.length > 0);
  assert.equal(decodeURIComponent(described.params.projects[0].uri).toLowerCase(), decodeURIComponent(address(folder)).toLowerCase());
  await leaves();
});

test('a function that is open hears of its connector, by the name that the editor gave it', async (t) => {
  const folder = project('functions');
  const file = join(folder, 'base44', 'functions', 'send', 'entry.ts');
  mkdirSync(join(file, '..'), { recursive: true });
  const text = [
    "import { createClientFromRequest } from 'npm:@base44/sdk';",
    'Deno.serve(async (req) => {',
    '  const base44 = createClientFromRequest(req);',
    "  const { accessToken } = await base44.asServiceRole.connectors.getConnection('notion');",
    '  return new Response(accessToken);',
    '});',
  ].join('\r\n');
  writeFileSync(file, text);
  // As some editors write a drive.
  const uri = isWindows ? `file:///Z:${encoded(file)}` : address(file);
  const { open, said, seen, leaves } = await editor(t, folder);
  open(uri, 'typescript', text);
  await said(uri, (codes) => codes.includes('missing-connector'));
  // What was said before does not count.
  seen.length = 0;
  open(address(join(folder, 'base44', 'connectors', 'notion.jsonc')), 'jsonc', '{ "type": "notion", "scopes": [] }\n');
  await said(uri, (codes) => codes.length === 0);
  await leaves();
});

test('a file is one, however its path is written', { skip: !isWindows && 'case counts here' }, async (t) => {
  const folder = project('spelling');
  const file = join(folder, 'base44', 'connectors', 'slack.jsonc');
  const uri = address(file.toUpperCase());
  const { open, said, ask, seen, leaves } = await editor(t, folder);
  open(uri, 'jsonc', typo);
  await said(uri, (codes) => codes.includes('unknown-scope'));
  const { projects } = await ask('base44/status');
  assert.equal(projects.length, 1);
  assert.equal(projects[0].connectors.length, 1);
  const others = seen.filter(({ method, params }) => method === 'textDocument/publishDiagnostics' && params.uri !== uri && params.diagnostics.length > 0);
  assert.deepEqual(others, []);
  await leaves();
  // Of one that is named in another case the same is said, and not nothing.
  writeFileSync(file, typo);
  const { status, said: told } = run(['check', path(join(folder, 'BASE44', 'Connectors', 'SLACK.jsonc'))], { cwd: folder });
  assert.equal(status, 1, told);
  assert.match(told, /base44\/connectors\/slack\.jsonc:1:/);
});

/** Gives the first message that is wanted, and all that were seen. */
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
  const message = (wanted) =>
    new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`not heard; last: ${JSON.stringify(seen.at(-1))}`)), limit);
      waiting.push({ wanted, done, timer });
      serve();
    });
  return { message, seen };
}
