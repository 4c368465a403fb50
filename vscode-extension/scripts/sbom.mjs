// The bill of materials of a package (CycloneDX 1.6): every crate in the server for a target, every npm package in
// the bundle, with licence, checksum and what needs what.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { targets } from '../packaging/targets.mjs';

const extension = join(import.meta.dirname, '..');
const repository = join(extension, '..');

/** The document for a target, as text, or for the package without a server; the same lock files give the same text. */
export function sbom(target) {
  const own = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));
  const crates = target === undefined ? { components: [], dependencies: [], root: undefined } : cargo(target);
  const packages = npm();
  const root = { type: 'application', 'bom-ref': own.name, name: own.name, version: own.version, licenses: licenses(own.license) };
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: root, properties: [{ name: 'target', value: target ?? 'universal' }] },
    components: [...crates.components, ...packages.components].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
    dependencies: [{ ref: own.name, dependsOn: [crates.root, ...packages.direct].filter(Boolean).sort() }, ...crates.dependencies, ...packages.dependencies].sort(
      (a, b) => (a.ref < b.ref ? -1 : 1),
    ),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What is linked into the server: normal dependencies of the binary, for one target. */
function cargo(target) {
  const triple = targets.find(({ vsix }) => vsix === target)?.triples[0];
  const filter = triple === undefined ? [] : ['--filter-platform', triple];
  const said = execFileSync('cargo', ['metadata', '--locked', '--format-version', '1', ...filter], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const { packages, resolve } = JSON.parse(said);
  const byId = new Map(packages.map((one) => [one.id, one]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const needs = (id) =>
    nodes
      .get(id)
      .deps.filter(({ dep_kinds: kinds }) => kinds.some(({ kind }) => kind === null))
      .map(({ pkg }) => pkg);
  const binary = packages.find(({ name, source }) => name === 'base44-connectors' && source === null);
  const found = new Set([binary.id]);
  for (const id of found) {
    needs(id).forEach((next) => found.add(next));
  }
  const checksums = checksumsOf(readFileSync(join(repository, 'Cargo.lock'), 'utf8'));
  const ref = (id) => `pkg:cargo/${byId.get(id).name}@${byId.get(id).version}`;
  const components = [...found].map((id) => {
    const { name, version, license, repository: source } = byId.get(id);
    const checksum = checksums.get(`${name}@${version}`);
    return {
      type: id === binary.id ? 'application' : 'library',
      'bom-ref': ref(id),
      name,
      version,
      purl: ref(id),
      licenses: licenses(license),
      ...(checksum === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: checksum }] }),
      ...(source ? { externalReferences: [{ type: 'vcs', url: source }] } : {}),
    };
  });
  const dependencies = [...found].map((id) => ({ ref: ref(id), dependsOn: [...new Set(needs(id).map(ref))].sort() }));
  return { root: ref(binary.id), components, dependencies };
}

function checksumsOf(lock) {
  const field = (text, name) => new RegExp(`^${name} = "(.+)"`, 'm').exec(text)?.[1];
  const entries = lock.split('[[package]]').slice(1);
  return new Map(entries.map((text) => [`${field(text, 'name')}@${field(text, 'version')}`, field(text, 'checksum')]));
}

/** What is in the bundle: everything that the lock file has and no development needs alone. */
function npm() {
  const lock = JSON.parse(readFileSync(join(extension, 'package-lock.json'), 'utf8'));
  const shipped = Object.entries(lock.packages).filter(([path, one]) => path !== '' && one.dev !== true && one.optional !== true);
  const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const ref = (path, { version }) => `pkg:npm/${nameOf(path).replace('@', '%40')}@${version}`;
  // As Node looks for it: beside the one that needs it, then further out.
  const resolved = (from, name) => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
      const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      if (lock.packages[path] !== undefined || folder === '') {
        return path;
      }
    }
  };
  const refs = (from, one) =>
    Object.keys(one.dependencies ?? {})
      .map((name) => resolved(from, name))
      .filter((path) => lock.packages[path] !== undefined)
      .map((path) => ref(path, lock.packages[path]))
      .sort();
  const components = shipped.map(([path, one]) => ({
    type: 'library',
    'bom-ref': ref(path, one),
    name: nameOf(path),
    version: one.version,
    purl: ref(path, one),
    licenses: licenses(one.license),
    hashes: [{ alg: 'SHA-512', content: Buffer.from(one.integrity.replace('sha512-', ''), 'base64').toString('hex') }],
  }));
  const dependencies = shipped.map(([path, one]) => ({ ref: ref(path, one), dependsOn: refs(path, one) }));
  return { direct: refs('', lock.packages['']), components, dependencies };
}

function licenses(text) {
  if (!text) {
    return [];
  }
  const expression = text.replaceAll('/', ' OR ');
  return [/^[A-Za-z0-9.-]+$/.test(expression) ? { license: { id: expression } } : { expression }];
}
