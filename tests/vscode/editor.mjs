// Installs VS Code for tests: code-server is VS Code's own workbench and extension host, from npm alone.
//
// It lands in a cache folder outside of the checkout, by version; what is there is used again.
// `node editor.mjs` does it and prints the folder.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '4.100.3';
const cache = process.env.BASE44_TEST_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'base44-connectors');
/** Changes when the steps below do. */
const recipe = 3;
const folder = join(cache, `code-server-${version}-${recipe}`);
const tools = ['chromium', 'rg', 'g++', 'make', 'python3'];

/** The program that starts the editor. */
export const editorEntry = join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');

/** The browser that shows it. */
export const chromium = process.env.BASE44_CHROMIUM ?? '/usr/bin/chromium';

/** Installs the editor unless it is there. */
export async function installEditor() {
  if (existsSync(editorEntry)) {
    return;
  }
  requireTools();
  const unfinished = `${folder}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, 'package.json'), '{"private": true}\n');
  npm(unfinished, 'install', `code-server@${version}`);
  const workbench = join(unfinished, 'node_modules', 'code-server', 'lib', 'vscode');
  npm(workbench, 'install', '--omit=dev');
  npm(join(workbench, 'extensions'), 'install', '--omit=dev');
  for (const name of ['@vscode/spdlog', 'native-watchdog', 'node-pty', 'kerberos']) {
    build(join(workbench, 'node_modules', name));
  }
  const argon2 = join(unfinished, 'node_modules', 'argon2');
  build(argon2, '--module_name=argon2', `--module_path=${join(argon2, 'lib', 'binding', 'napi-v3')}`, '--napi_build_version=3');
  await symlink('node_modules', join(workbench, 'node_modules.asar'));
  const ripgrep = join(workbench, 'node_modules', '@vscode', 'ripgrep', 'bin');
  await mkdir(ripgrep, { recursive: true });
  await symlink(which('rg'), join(ripgrep, 'rg'));
  await openLinksAsTheyAre(workbench);
  await rename(unfinished, folder).catch(async (error) => {
    // Another run was quicker.
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(editorEntry)) {
      throw error;
    }
  });
}

/**
 * code-server leads links to this computer through a proxy of its own and loses their path on the way. A desktop
 * opens them as they are, and so does this one from here on.
 */
async function openLinksAsTheyAre(workbench) {
  const file = join(workbench, 'out', 'vs', 'code', 'browser', 'workbench', 'workbench.js');
  const text = await readFile(file, 'utf8');
  const changed = text.replace(/(resolveExternalUri:\w+=>\{let \w+=\w+;const \w+=\w+\(\w+\);if\()/, '$1false&&');
  if (changed === text) {
    throw new Error(`${file} is not as expected: the way it opens links was not found.`);
  }
  await writeFile(file, changed);
}

function requireTools() {
  const missing = tools.filter((tool) => which(tool) === undefined);
  if (missing.length > 0) {
    throw new Error(
      `Missing for the editor tests: ${missing.join(', ')}. ` +
        'On Debian: apt-get install -y chromium ripgrep libkrb5-dev g++ make python3 libnode-dev fonts-dejavu',
    );
  }
}

function which(tool) {
  return (process.env.PATH ?? '')
    .split(':')
    .map((place) => join(place, tool))
    .find((file) => existsSync(file));
}

/** Their own install scripts refuse root or fetch from elsewhere; the steps here replace them. */
function npm(folder, ...args) {
  run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
}

/** What an npm that started this says of its own folder is not for others. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_(local_|global_)?prefix$/i.test(name)));

function build(module, ...args) {
  const root = execFileSync('npm', ['root', '-g'], { env }).toString().trim();
  const gyp = join(root, 'npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const headers = existsSync('/usr/include/node/node.h') ? ['--nodedir=/usr'] : [];
  run('node', [gyp, 'rebuild', ...headers, ...args], module);
}

function run(program, args, cwd) {
  try {
    execFileSync(program, args, { cwd, env, stdio: 'pipe' });
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')} failed in ${cwd}:\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
  }
}

if (import.meta.filename === process.argv[1]) {
  await installEditor();
  console.log(folder);
}
