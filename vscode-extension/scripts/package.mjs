// Packs the extension with a language server into one .vsix for each system.
//
//   npm run package                              builds the server for this computer, then packs
//   BASE44_CONNECTORS_BIN=FILE npm run package   packs this server instead; with --target NAME for another system
//   npm run package -- --universal               packs none: the extension looks for one where it is installed
//   npm run package -- --all DIR                 packs one for each server in a folder that has one folder a Rust
//                                                triple, and the one without
//   … --out FILE, or a folder with --all; --any-size for a server that was built for development
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { programIn, programName, targets } from '../packaging/targets.mjs';
import { buildForRelease } from './build.mjs';
import { packedReadme } from './readme.mjs';
import { sbom } from './sbom.mjs';

const extension = join(import.meta.dirname, '..');
const repository = join(extension, '..');
const largestBundle = 400 * 1024;
const largestPackage = 8 * 1024 * 1024;

const { values } = parseArgs({
  options: { target: { type: 'string' }, out: { type: 'string' }, universal: { type: 'boolean' }, all: { type: 'string' }, 'any-size': { type: 'boolean' } },
});

await build();
if (values.all !== undefined) {
  const found = targets.map((target) => ({ target, program: programIn(values.all, target) })).filter(({ program }) => program !== undefined);
  if (found.length === 0) {
    fail(`There is no server in ${values.all}.`);
  }
  const folder = resolve(values.out ?? extension);
  await mkdir(folder, { recursive: true });
  for (const { target, program } of found) {
    await pack(target, program, join(folder, fileName(target.vsix)));
  }
  await pack(undefined, undefined, join(folder, fileName('universal')));
} else if (values.universal === true) {
  await pack(undefined, undefined, values.out ?? join(extension, fileName('universal')));
} else {
  const name = values.target ?? `${process.platform}-${process.arch}`;
  const target = targets.find(({ vsix }) => vsix === name);
  if (target === undefined) {
    fail(`There is no target ${name}; there are ${targets.map(({ vsix }) => vsix).join(', ')}.`);
  }
  await pack(target, await oneServer(target), values.out ?? join(extension, fileName(name)));
}

/** The server that was named, or the one of this computer. */
async function oneServer(target) {
  const given = process.env.BASE44_CONNECTORS_BIN;
  if (given !== undefined) {
    return resolve(given);
  }
  if (values.target !== undefined) {
    fail('Name the server built for that target in BASE44_CONNECTORS_BIN.');
  }
  const cargo = spawnSync('cargo', ['build', '--release', '-p', 'base44-connectors'], { cwd: repository, stdio: 'inherit' });
  if (cargo.status !== 0) {
    fail('The language server could not be built.');
  }
  const said = execFileSync('cargo', ['metadata', '--format-version', '1', '--no-deps'], { cwd: repository });
  return join(JSON.parse(said.toString()).target_directory, 'release', programName(target));
}

async function build() {
  await rm(join(extension, 'dist'), { recursive: true, force: true });
  await buildForRelease();
  await writeFile(join(extension, 'dist', 'README.md'), await packedReadme());
  const bundle = await stat(join(extension, 'dist', 'extension.js'));
  if (bundle.size > largestBundle) {
    fail(`The bundle has ${bundle.size} bytes; ${largestBundle} are allowed.`);
  }
}

/** One package; without a target it has no server, and goes to every system. */
async function pack(target, program, packagePath) {
  const server = join(extension, 'server');
  await rm(server, { recursive: true, force: true });
  await mkdir(server, { recursive: true });
  if (target !== undefined) {
    const packed = join(server, programName(target));
    await copyFile(program, packed).catch((error) => fail(`There is no server to pack: ${error.message}`));
    await chmod(packed, 0o755);
  }
  // The server is the most of it, so its folder holds what all is made of.
  await writeFile(join(server, 'sbom.cdx.json'), sbom(target?.vsix));
  await createVSIX({
    cwd: extension,
    ...(target === undefined ? {} : { target: target.vsix }),
    dependencies: false,
    packagePath,
    readmePath: 'dist/README.md',
    // Nothing in it is relative any more.
    rewriteRelativeLinks: false,
  });
  const { size } = await stat(packagePath);
  if (size > largestPackage && values['any-size'] !== true) {
    fail(`${packagePath} has ${size} bytes; ${largestPackage} are allowed.`);
  }
}

function fileName(target) {
  return `base44-connectors-${target}.vsix`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
