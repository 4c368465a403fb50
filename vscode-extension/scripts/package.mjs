// Packs the extension with the language server of this computer into one .vsix.
//
//   npm run package                     builds the server for release, then packs
//   BASE44_CONNECTORS_BIN=FILE npm run package   packs this server instead
//   npm run package -- --target linux-arm64 --out FILE
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { buildForRelease } from './build.mjs';
import { sbom } from './sbom.mjs';

const extension = join(import.meta.dirname, '..');
const repository = join(extension, '..');
const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });

const target = values.target ?? `${process.platform}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
const executable = target.startsWith('win32') ? 'base44-connectors.exe' : 'base44-connectors';
const given = process.env.BASE44_CONNECTORS_BIN;
const largestBundle = 400 * 1024;

if (values.target !== undefined && given === undefined) {
  fail('Name the server built for that target in BASE44_CONNECTORS_BIN.');
}
if (given === undefined) {
  const cargo = spawnSync('cargo', ['build', '--release', '-p', 'base44-connectors'], { cwd: repository, stdio: 'inherit' });
  if (cargo.status !== 0) {
    fail('The language server could not be built.');
  }
}
const server = given === undefined ? join(targetFolder(), 'release', executable) : resolve(given);
const packed = join(extension, 'server');
await rm(packed, { recursive: true, force: true });
await mkdir(packed, { recursive: true });
await copyFile(server, join(packed, executable)).catch((error) => fail(`There is no server to pack: ${error.message}`));
await chmod(join(packed, executable), 0o755);
// The server is the most of it, so its folder holds what all is made of.
await writeFile(join(packed, 'sbom.cdx.json'), sbom(target));

await rm(join(extension, 'dist'), { recursive: true, force: true });
await buildForRelease();
const bundle = await stat(join(extension, 'dist', 'extension.js'));
if (bundle.size > largestBundle) {
  fail(`The bundle has ${bundle.size} bytes; ${largestBundle} are allowed.`);
}

const content = 'https://github.com/base44-connectors/base44-connectors';
await createVSIX({
  cwd: extension,
  target,
  dependencies: false,
  packagePath: values.out ?? join(extension, `base44-connectors-${target}.vsix`),
  baseContentUrl: `${content}/blob/main/vscode-extension`,
  baseImagesUrl: `${content}/raw/main/vscode-extension`,
});

function targetFolder() {
  const said = execFileSync('cargo', ['metadata', '--format-version', '1', '--no-deps'], { cwd: repository });
  return JSON.parse(said.toString()).target_directory;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
