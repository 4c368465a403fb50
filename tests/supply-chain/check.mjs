// Every package of every lock file has a checksum and a public address; no build script of ours reaches out.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sbom } from '../../vscode-extension/scripts/sbom.mjs';

const root = join(import.meta.dirname, '../..');
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
const problems = [];
let checked = 0;
const require = (holds, problem) => {
  checked += 1;
  if (!holds) {
    problems.push(problem);
  }
};

for (const manifest of tracked.filter((path) => /(^|\/)(package|Cargo)\.(json|toml)$/.test(path))) {
  const isWorkspaceMember = manifest.startsWith('server/');
  const lock = manifest.replace(/package\.json$/, 'package-lock.json').replace(/Cargo\.toml$/, 'Cargo.lock');
  // What brings in nothing has nothing to lock.
  const names = manifest.endsWith('.json') ? Object.keys(JSON.parse(readFileSync(join(root, manifest), 'utf8'))) : [];
  const isAlone = manifest.endsWith('.json') && !names.some((name) => /dependencies$/i.test(name));
  require(isWorkspaceMember || isAlone || tracked.includes(lock), `${manifest} has no lock file`);
}

for (const path of tracked.filter((path) => path.endsWith('package-lock.json'))) {
  const lock = JSON.parse(readFileSync(join(root, path), 'utf8'));
  require(lock.lockfileVersion >= 3, `${path} is of an old version`);
  for (const [name, entry] of Object.entries(lock.packages)) {
    if (name === '' || entry.link === true) {
      continue;
    }
    require(/^sha512-[A-Za-z0-9+/]{86}==/.test(entry.integrity ?? ''), `${path}: ${name} has no sha512`);
    const isPublic = entry.resolved === undefined || entry.resolved.startsWith('https://registry.npmjs.org/');
    require(isPublic, `${path}: ${name} comes from ${entry.resolved}`);
    const allowed = /(^|\/)(esbuild|fsevents|keytar|@vscode\/vsce-sign|playwright|electron)$/.test(name);
    require(entry.hasInstallScript !== true || allowed, `${path}: ${name} runs a script when it is installed`);
  }
}

for (const path of tracked.filter((path) => path.endsWith('Cargo.lock'))) {
  const packages = readFileSync(join(root, path), 'utf8').split('[[package]]').slice(1);
  for (const text of packages) {
    const name = /name = "(.+)"/.exec(text)?.[1];
    if (/^source = /m.test(text)) {
      require(text.includes('registry+https://github.com/rust-lang/crates.io-index'), `${path}: ${name} has another source`);
      require(/checksum = "[0-9a-f]{64}"/.test(text), `${path}: ${name} has no checksum`);
    }
  }
}

// Build scripts and the scripts that npm runs by itself.
const reaches = /https?:\/\/(?!github\.com\/base44-connectors)|TcpStream|reqwest|curl|wget|fetch\(|Command::new/;
for (const path of tracked.filter((path) => /(^|\/)build\.rs$/.test(path))) {
  const code = readFileSync(join(root, path), 'utf8').replace(/^\s*\/\/.*$/gm, '');
  require(!reaches.test(code), `${path} reaches out`);
}
for (const path of tracked.filter((path) => /(^|\/)package\.json$/.test(path))) {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, path), 'utf8'));
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
    require(scripts[name] === undefined, `${path} runs ${name} when it is installed`);
  }
}

// The bill of materials that a package carries: all that the lock files have of it, with licence and checksum.
const { components } = JSON.parse(sbom('linux-x64'));
const of = (kind) => components.filter(({ purl = '' }) => purl.startsWith(`pkg:${kind}/`));
for (const { name, version, licenses, hashes, purl } of components) {
  require(licenses?.length > 0, `bill of materials: ${name} ${version} has no licence`);
  const isOurs = /^pkg:cargo\/(base44-connectors|connector-[a-z]+)@/.test(purl);
  require(isOurs || hashes?.length > 0, `bill of materials: ${name} ${version} has no checksum`);
}
require(of('cargo').length > 50 && of('npm').length > 0, 'bill of materials: it is nearly empty');
console.log(`summary: supply chain: bill of materials: ${of('cargo').length} crates, ${of('npm').length} npm packages`);

problems.forEach((problem) => console.error(problem));
console.log(`summary: supply chain: ${checked} checks, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
