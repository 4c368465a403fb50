// The GitHub Action as a runner carries it out, and the workflows as actionlint reads them.
//
//   BASE44_CONNECTORS_BIN=FILE node --test tests/systems/actions.test.mjs    a program of this computer
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const require = createRequire(join(root, 'tests', 'package.json'));
const { parse } = require('yaml');
const program = resolve(process.env.BASE44_CONNECTORS_BIN ?? join(root, 'target', 'debug', 'base44-connectors'));
const folder = join(root, '.github', 'actions', 'base44-connectors');
const action = parse(readFileSync(join(folder, 'action.yml'), 'utf8'));
const made = mkdtempSync(join(tmpdir(), 'base44-action-test-'));
after(() => rmSync(made, { recursive: true, force: true }));
let count = 0;

/** Plays the runner: evaluates the few expressions that the action has, and carries out its steps in order. */
function runs(inputs, workspace, environment = {}, shell = 'bash') {
  const temporary = join(made, String((count += 1)));
  mkdirSync(temporary);
  const context = { inputs: { ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value }]) => [name, value])), ...inputs }, steps: {} };
  for (const name of Object.keys(inputs)) {
    assert.ok(name in action.inputs, `the action has no input ${name}`);
  }
  const value = (text) => String(text).replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression) => evaluate(expression, context));
  const result = { said: '', uploaded: undefined, failed: false, summary: '', written: '' };
  for (const step of action.runs.steps) {
    // After a failure only what asks for it is run.
    if (result.failed || (step.if !== undefined && value(step.if) !== 'true')) {
      continue;
    }
    if (step.uses !== undefined) {
      result.uploaded = { uses: step.uses, file: value(step.with.sarif_file) };
      continue;
    }
    const [output, summary] = [join(temporary, 'output'), join(temporary, 'summary')];
    writeFileSync(output, '');
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, value(text)]));
    const env = { ...clean(), ...environment, ...own, GITHUB_ACTION_PATH: folder, GITHUB_WORKSPACE: workspace, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: temporary };
    const { status, stdout, stderr } = spawnSync(shell, ['-e', '-c', value(step.run)], { cwd: workspace, env, encoding: 'utf8' });
    result.said += `${stdout}${stderr}`;
    result.failed = status !== 0;
    result.status = status;
    result.written += readFileSync(output, 'utf8');
    const outputs = readFileSync(output, 'utf8').split('\n').filter(Boolean).map((line) => line.split(/=(.*)/s).slice(0, 2));
    context.steps[step.id] = { outputs: Object.fromEntries(outputs) };
    result.summary += existsSync(summary) ? readFileSync(summary, 'utf8') : '';
  }
  result.outputs = Object.fromEntries(Object.entries(action.outputs).map(([name, output]) => [name, value(output.value)]));
  return result;
}

function evaluate(expression, context) {
  const [, left, operator, right] = /^(\S+)(?: (==|!=) '(.*)')?$/.exec(expression) ?? assert.fail(expression);
  const found = left.split('.').reduce((at, key) => at?.[key], context) ?? '';
  return operator === undefined ? found : String((found === right) === (operator === '=='));
}

function clean() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(BASE44|GITHUB|RUNNER)_/.test(name));
  return { ...Object.fromEntries(kept), HOME: made, XDG_STATE_HOME: join(made, 'state') };
}

function sample(name) {
  const workspace = join(made, `${name}-${(count += 1)}`);
  cpSync(join(root, 'tests', 'workspaces', name), workspace, { recursive: true });
  return workspace;
}

test('a pull request is annotated where something is wrong, and fails', () => {
  const { said, status, outputs } = runs({ binary: program }, sample('many-mistakes'));
  assert.match(said, /^::error file=base44\/connectors\/googlecalendar\.jsonc,line=\d+/m);
  assert.deepEqual([status, outputs['exit-code']], [1, '1']);
});

test('a project without findings passes', () => {
  const { failed, outputs } = runs({ binary: program }, sample('all-is-well'));
  assert.deepEqual([failed, outputs['exit-code'], outputs['sarif-file']], [false, '0', '']);
});

test('only the paths that are named are checked, whatever their names hold', () => {
  const workspace = sample('many-mistakes');
  const { said } = runs({ binary: program, paths: 'base44/connectors/slack.jsonc\n' }, workspace);
  assert.match(said, /slack\.jsonc/);
  assert.doesNotMatch(said, /gmail\.jsonc/);
  const odd = runs({ binary: program, paths: '$(touch injected)`touch injected`; touch injected' }, workspace);
  assert.ok(odd.failed && !existsSync(join(workspace, 'injected')));
});

test('a report for code scanning is uploaded before the job fails', () => {
  const { uploaded, status } = runs({ binary: program, format: 'sarif' }, sample('many-mistakes'));
  assert.match(uploaded.uses, /^github\/codeql-action\/upload-sarif@/);
  assert.equal(JSON.parse(readFileSync(uploaded.file, 'utf8')).version, '2.1.0');
  assert.equal(status, 1);
});

test('what was asked for in a way that cannot be done is an annotation that says what to write', () => {
  for (const [inputs, said] of [
    [{ command: 'deploy' }, /^::error::'deploy' is no command\. Write check or push\./m],
    [{ format: 'xml' }, /^::error::'xml' is no format\./m],
    [{ 'working-directory': 'nowhere' }, /^::error::There is no folder 'nowhere'/m],
    [{ binary: '', version: '0.1; id' }, /^::error::'0\.1; id' is no version\./m],
  ]) {
    const result = runs({ binary: program, ...inputs }, sample('all-is-well'));
    assert.match(result.said, said);
    assert.ok(result.failed);
  }
});

test('no input is an order to the runner or an option of the program', () => {
  const order = '\n::add-mask::e\r\n  ::stop-commands::x\n##[set-env name=PATH]/x';
  for (const inputs of [
    { command: `deploy${order}` },
    { format: `xml${order}` },
    { 'working-directory': `nowhere${order}` },
    { binary: '', version: `0.1${order}` },
    { paths: `a.jsonc${order}` },
  ]) {
    const { said, failed } = runs({ binary: program, ...inputs }, sample('all-is-well'));
    const orders = said.split(/[\r\n]+/).filter((line) => /^\s*::|##\[/.test(line) && !line.startsWith('::error::'));
    assert.deepEqual(orders, [], said);
    assert.ok(failed, said);
  }
  const workspace = sample('many-mistakes');
  const file = join(workspace, 'base44/connectors/gmail.jsonc');
  const before = readFileSync(file, 'utf8');
  const fixed = runs({ binary: program, paths: '--fix\nbase44/connectors/gmail.jsonc' }, workspace);
  assert.ok(fixed.failed && readFileSync(file, 'utf8') === before, fixed.said);
  mkdirSync(join(workspace, '-P'));
  const named = runs({ binary: program, 'working-directory': '-P' }, workspace, { CDPATH: join(workspace, '..') });
  assert.doesNotMatch(named.said, /gmail/);
  const app = runs({ binary: program, command: 'push', 'app-id': '--yes' }, sample('all-is-well'));
  assert.match(app.said, /You are not signed in/);
});

/** Numbers that look random and are the same for the same seed (mulberry32). */
function dice(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (bound) => Math.floor(next() * bound);
  return { below, one: (all) => all[below(all.length)] };
}

// FUZZ_RUNS times as many are tried with it set, from FUZZ_SEED on; the seed of a failure is in its message.
test('whatever the inputs hold, the runner hears no order, the program no option, and nothing else is started', () => {
  const bad = [
    '###[set-env name=A]b', '::error::x', '::add-mask::e', '::stop-commands::x', '##[set-env name=PATH]/x', '###', '##', '#', '%0A', '%', '\n', '\r', '\r\n', '\u2028', '\u001b[2J',
    '$(touch injected)', '`touch injected`', ';touch injected;', '|touch injected', '&&touch injected', '>injected', '\'', '"', '\\', ' ', '\t', '*', '~', '..', '/', '-',
    '--', '--fix', '--yes', '--force', '--remove=slack', '-P', '--prefix=.', '--registry=http://127.0.0.1:9', '@evil/x', 'git+ssh://x', 'file:.', 'x=y', 'exit-code=0', '<<EOF', 'é', '\u202e',
  ];
  const good = {
    command: ['check', 'push'], 'working-directory': ['.', 'base44', 'a b', '-P'], paths: ['', 'a.jsonc', 'a b/c.jsonc\nd.jsonc'], format: ['github', 'sarif'],
    'fail-on-pending': ['true', 'false'], 'api-key': ['', 'b44k_sandbox'], 'app-id': ['', 'app-1'], version: ['0.1', '^0.1.2', '1.0.0-rc.1'],
  };
  const spies = join(made, 'spies');
  const heard = join(made, 'heard');
  mkdirSync(spies);
  const spy = (name, then) => writeFileSync(join(spies, name), `#!/bin/bash\nprintf '%s\\0' ${name} "\${BASE44_API_KEY:+key}" "$@" >> '${heard}'\necho >> '${heard}'\n${then}\n`, { mode: 0o755 });
  spy('program', 'echo said; exit 0');
  spy('npm', '');
  spy('node', `echo '${join(spies, 'program')}'`);
  const [seed, runsWanted] = [Number(process.env.FUZZ_SEED ?? 44), 60 * Number(process.env.FUZZ_RUNS ?? 1)];
  const reached = { check: 0, push: 0, npm: 0, refused: 0 };
  for (let at = seed; at < seed + runsWanted; at += 1) {
    const { below, one } = dice(at);
    const text = () => Array.from({ length: 1 + below(4) }, () => one(bad)).join('');
    const inputs = { binary: below(2) === 0 ? '' : join(spies, 'program') };
    for (const [name, values] of Object.entries(good)) {
      inputs[name] = below(4) > 0 ? one(values) : below(2) === 0 ? text() : one(values) + text();
    }
    const workspace = sample('all-is-well');
    ['a b', '-P'].forEach((name) => mkdirSync(join(workspace, name)));
    writeFileSync(heard, '');
    const before = readdirSync(workspace, { recursive: true }).sort();
    const { said, written, failed } = runs(inputs, workspace, { PATH: `${spies}:${process.env.PATH}` });
    const what = `FUZZ_SEED=${at} FUZZ_RUNS=0.01 repeats it: ${JSON.stringify(inputs)}\n${said}`;
    const own = /^::(error::|stop-commands::\w{32}$|\w{32}::$)/;
    const orders = said.split(/[\r\n\u2028]+/).filter((line) => !own.test(line) && /^\s*::/.test(line));
    assert.deepEqual(orders, [], what);
    assert.ok(!/##\w*\[/.test(said), what);
    const names = written.split('\n').filter(Boolean).map((line) => line.split('=')[0]);
    assert.ok(names.every((name) => ['binary', 'exit-code', 'sarif-file'].includes(name)) && new Set(names).size === names.length, what + written);
    assert.deepEqual(readdirSync(workspace, { recursive: true }).sort(), before, what);
    const calls = readFileSync(heard, 'utf8').split('\0\n').filter(Boolean).map((call) => call.split('\0'));
    reached.refused += failed ? 1 : 0;
    for (const [name, key, ...line] of calls) {
      if (name === 'npm') {
        reached.npm += 1;
        assert.match(line.at(-1), /^base44-connectors@[0-9A-Za-z.^~-]+$/, what);
        assert.deepEqual([line[0], line.filter((word) => !word.startsWith('-')).length, line.includes('--ignore-scripts')], ['install', 3, true], what);
        assert.equal(key, '', what);
      } else if (name === 'program' && line[0] === 'check') {
        reached.check += 1;
        assert.match(line.slice(0, 4).join(' '), /^check --format (github|sarif) --$/, what);
        assert.deepEqual(line.slice(4), inputs.paths.split('\n').filter((path) => path !== ''), what);
        assert.equal(key, '', what);
      } else if (name === 'program') {
        reached.push += 1;
        const app = inputs['app-id'] === '' ? [] : [`--app-id=${inputs['app-id']}`];
        const pending = inputs['fail-on-pending'] === 'true' ? ['--fail-on-pending'] : [];
        assert.deepEqual(line, ['push', '--yes', ...pending, ...app], what);
      }
    }
    rmSync(workspace, { recursive: true });
  }
  // Where nothing got through, nothing was tried.
  if (runsWanted >= 60) {
    assert.ok(Object.values(reached).every((count) => count >= 5), JSON.stringify(reached));
  }
});

test('no program of the checkout is run, whatever a step has put on the PATH', () => {
  const workspace = sample('all-is-well');
  const bin = join(workspace, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['bash', 'npm', 'node', 'od', 'tr', 'tee', 'sed', 'mkdir', 'base44-connectors']) {
    writeFileSync(join(bin, name), `#!/bin/sh\n: >'${workspace}/injected'\n`, { mode: 0o755 });
  }
  symlinkSync(bin, join(made, 'linked-bin'));
  for (const part of [bin, join(made, 'linked-bin'), 'node_modules/.bin', `${join(workspace, 'base44')}/../node_modules/.bin`]) {
    const environment = { PATH: `${part}:${process.env.PATH}` };
    // The shell of a step is the runner's to find.
    const shell = execFileSync('bash', ['-c', 'echo "$BASH"'], { encoding: 'utf8' }).trim();
    for (const inputs of [{ binary: program }, { binary: program, command: 'push' }, { binary: program, format: 'sarif' }, { binary: 'base44-connectors' }, { version: '0.1' }]) {
      runs(inputs, workspace, { ...environment, npm_config_offline: 'true', npm_config_registry: 'http://127.0.0.1:9' }, shell);
      assert.ok(!existsSync(join(workspace, 'injected')), JSON.stringify([part, inputs]));
    }
  }
});

test('a working directory that is a link out of the checkout is not looked into', () => {
  const [workspace, elsewhere] = [sample('all-is-well'), sample('many-mistakes')];
  symlinkSync(elsewhere, join(workspace, 'app'));
  symlinkSync(join(workspace, 'base44'), join(workspace, 'within'));
  for (const named of ['app', 'app/base44', '..', elsewhere, join(workspace, 'app')]) {
    for (const command of ['check', 'push']) {
      const { said, failed } = runs({ binary: program, command, 'working-directory': named }, workspace);
      assert.match(said, /^::error::The folder '\S+' is not in the checkout\. Correct the input working-directory\.$/m);
      assert.ok(failed && !/connectors\//.test(said), said);
    }
  }
  assert.ok(!runs({ binary: program, 'working-directory': 'within' }, workspace).failed);
});

test('what npm would take for a folder, an archive or an address is no version', () => {
  const [npm] = [execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim()];
  const parseSpec = require(join(npm, 'npm', 'node_modules', 'npm-package-arg'));
  const script = readFileSync(join(folder, 'install.sh'), 'utf8');
  const rule = /^is_version='(.*)'$/m.exec(script)[1];
  const parts = ['0', '1', '10', '.', '..', '-', '~', '^', 'rc', 'latest', 'x', 'tgz', 'tar', 'gz', '/', '\\', ':', '@', ' ', '\n', '#', 'é', '*', '|', '>'];
  const { below, one } = dice(7);
  const texts = ['0.1', '0.1.2', '^0.1', '~0.1.2', '1', 'latest', '1.0.0-rc.1', ...Array.from({ length: 20_000 }, () => Array.from({ length: 1 + below(6) }, () => one(parts)).join(''))];
  const script_ = `while IFS= read -rd '' text; do [[ $text =~ ${'$'}is_version ]] && printf '%s\\0' "$text"; done; true`;
  const taken = spawnSync('bash', ['-c', script_], { input: `${texts.join('\0')}\0`, encoding: 'utf8', env: { ...process.env, is_version: rule } }).stdout.split('\0').filter(Boolean);
  assert.deepEqual(taken.slice(0, 7), texts.slice(0, 7));
  assert.ok(new Set(taken).size > 100, String(taken.length));
  for (const text of taken) {
    const { type, name } = parseSpec(`base44-connectors@${text}`);
    assert.deepEqual([name, ['version', 'range', 'tag'].includes(type)], ['base44-connectors', true], text);
  }
});

test('what others have made is run as it was when it was looked at', () => {
  const workflows = join(root, '.github', 'workflows');
  const files = [join(folder, 'action.yml'), ...readdirSync(workflows).filter((name) => name.endsWith('.yml')).map((name) => join(workflows, name))];
  for (const [, used] of files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\buses: (.*)$/gm)])) {
    assert.match(used, /^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, 'a tag can be moved, a commit cannot');
  }
});

test('the key of a push is not in the way of a check', () => {
  const script = join(made, 'says-its-environment');
  writeFileSync(script, '#!/bin/sh\necho "key: $BASE44_API_KEY"\n', { mode: 0o755 });
  const inputs = { binary: script, 'api-key': 'b44k_sandbox' };
  assert.match(runs(inputs, sample('all-is-well')).said, /^key: $/m);
  assert.match(runs({ ...inputs, command: 'push' }, sample('all-is-well')).said, /^key: b44k_sandbox$/m);
});

test('a push waits for nobody, fails while something is pending, and is summed up', async () => {
  const sandbox = spawn(program, ['sandbox', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'], env: clean() });
  try {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(await new Promise((done) => sandbox.stdout.once('data', done))))[0];
    const key = { binary: program, command: 'push', 'api-key': 'b44k_sandbox' };
    const pending = runs(key, sample('all-is-well'), { BASE44_API_URL: url });
    assert.equal(pending.status, 3, pending.said);
    assert.match(pending.said, /^::error::Authorizations are pending/m);
    assert.match(pending.summary, /### Base44 connectors[^]*\/connect\//);
    // The runner takes no order while it speaks, and nothing that it says ends the code of the summary.
    assert.match(pending.said, /^::stop-commands::(\w{32})$[^]*^::\1::$/m);
    assert.doesNotMatch(pending.summary, /^(?! {4}|### Base44 connectors$|$)/m);
    const accepted = runs({ ...key, 'fail-on-pending': 'false' }, sample('all-is-well'), { BASE44_API_URL: url });
    assert.equal(accepted.outputs['exit-code'], '0', accepted.said);
    assert.doesNotMatch(pending.said + pending.summary, /b44k_sandbox/);
  } finally {
    sandbox.kill();
  }
});

test('the README names every input, and its examples are of this version', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const { version } = JSON.parse(readFileSync(join(root, 'vscode-extension', 'package.json'), 'utf8'));
  for (const name of Object.keys(action.inputs)) {
    assert.match(readme, new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  }
  const versions = [...readme.matchAll(/actions\/base44-connectors@v(\S+)/g)].map(([, found]) => found);
  assert.deepEqual([...new Set(versions)], [version]);
});

test('actionlint finds nothing in the workflows, and their scripts are shell', async () => {
  const { createLinter } = await import(require.resolve('actionlint'));
  const lint = await createLinter();
  const workflows = join(root, '.github', 'workflows');
  for (const name of readdirSync(workflows)) {
    const path = join(workflows, name);
    if (name.endsWith('.sh')) {
      execFileSync('bash', ['-n', path]);
    } else {
      // This build of the linter is older than some runners, and than the right to attest.
      const isNewer = ({ kind, message }) => kind === 'runner-label' || message.startsWith('unknown permission scope "attestations"');
      const found = lint(readFileSync(path, 'utf8'), path).filter((one) => !isNewer(one));
      assert.deepEqual(found, [], name);
    }
  }
});

test('what the release runs is there', () => {
  const text = readFileSync(join(root, '.github', 'workflows', 'release.yml'), 'utf8');
  for (const [path] of text.matchAll(/(?:\.github\/workflows|tests|vscode-extension)\/[\w./-]+\.(?:sh|mjs)/g)) {
    assert.ok(existsSync(join(root, path)), path);
  }
  const { jobs } = parse(text);
  const targets = readFileSync(join(root, 'vscode-extension', 'packaging', 'targets.mjs'), 'utf8');
  for (const { target } of jobs.build.strategy.matrix.include) {
    assert.ok(targets.includes(`'${target}'`), target);
  }
});
