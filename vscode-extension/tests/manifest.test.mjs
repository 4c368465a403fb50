// What package.json promises is what the code and the server do.
import assert from 'node:assert/strict';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const root = join(import.meta.dirname, '..');
const text = (path) => readFile(join(root, path), 'utf8');
const manifest = JSON.parse(await text('package.json'));
const { contributes } = manifest;
const contributed = contributes.commands.map(({ command }) => command).sort();

test('every contributed command is carried out, and every one carried out is contributed', async () => {
  const source = await text('src/commands.ts');
  const registered = [...source.matchAll(/\bon\('([\w.]+)'/g)].map(([, name]) => `base44Connectors.${name}`);
  assert.deepEqual(contributed, registered.sort());
});

test('menus, welcome texts and walkthrough name commands that exist', () => {
  const own = [...JSON.stringify(contributes).matchAll(/base44Connectors\.(?:item\.)?[a-z]\w*(?=\))/g)].map(([name]) => name);
  const inMenus = Object.values(contributes.menus).flat().map(({ command }) => command);
  assert.deepEqual([...own, ...inMenus].filter((name) => !contributed.includes(name)), []);
});

test('conditions on rows name states that there are', async () => {
  const { connectorStates } = await bundled('vocabulary.ts');
  const named = [...JSON.stringify(contributes.menus).matchAll(/\^connector\\+\.\(?([a-z|-]+)/g)];
  const states = named.flatMap(([, words]) => words.split('|'));
  assert.ok(states.length > 10);
  assert.deepEqual(states.filter((state) => !connectorStates.includes(state)), []);
});

test('what is left out of the client library is nothing that the server offers', async () => {
  const { unusedFeatures } = await import('../scripts/build.mjs');
  const offered = await text('../server/lsp/src/capabilities.rs');
  const named = Object.keys(unusedFeatures).map((name) => `"${name.replace(/Provider$/, '')}Provider"`);
  // Links are offered to others: here they would underline what is no mistake.
  assert.deepEqual(named.filter((name) => offered.includes(name)), ['"documentLinkProvider"']);
  assert.ok(offered.includes('"hoverProvider"'));
});

test('the pictures of the walkthrough are there, and small enough to be packed', async () => {
  const { steps } = contributes.walkthroughs[0];
  const files = steps.flatMap(({ media }) => media.markdown ?? Object.values(media.image));
  const sizes = await Promise.all([...new Set(files)].map(async (file) => (await stat(join(root, file))).size));
  assert.ok(sizes.reduce((sum, size) => sum + size) < 270 * 1024, `${sizes}`);
});

test('the icon of a connector file stands out three to one, as WCAG AA asks, also where it is selected', async () => {
  const light = (hex) => {
    const [r, g, b] = hex.match(/[0-9a-f]{2}/g).map((part) => {
      const share = parseInt(part, 16) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // Editor, side bar, hovered and selected rows of VS Code's own themes; light high contrast shows the dark icon.
  const behind = { light: ['ffffff', 'f8f8f8', 'f2f2f2', 'e8e8e8'], dark: ['ffffff', '000000', '181818', '1f1f1f', '2a2d2e', '04395e'] };
  for (const [theme, backgrounds] of Object.entries(behind)) {
    const [, stroke] = /stroke="#([0-9a-f]{6})"/.exec(await text(`images/file-${theme}.svg`));
    for (const background of backgrounds) {
      const [dim, bright] = [light(stroke), light(background)].sort((one, other) => one - other);
      assert.ok((bright + 0.05) / (dim + 0.05) >= 3, `${stroke} on ${background}`);
    }
  }
});

test('the palette shows no command without a condition', () => {
  const conditions = new Map(contributes.menus.commandPalette.map(({ command, when }) => [command, when]));
  assert.deepEqual(contributed.filter((command) => !conditions.get(command)), []);
});

test('settings that decide what is run or where credentials go are of the machine', () => {
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  assert.deepEqual(restricted, ['base44Connectors.serverPath', 'base44Connectors.apiUrl']);
  for (const name of restricted) {
    assert.equal(contributes.configuration.properties[name].scope, 'machine');
  }
});

test('the severities offered are those of the findings that there are', async () => {
  const folder = new URL('../../server/model/findings/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((name) => /\/\d+-[a-z-]+\.md$/.test(name)).sort();
  const codes = [];
  for (const file of files.filter((name) => !name.endsWith('00-family.md'))) {
    const [, code] = /\/\d+-([a-z-]+)\.md$/.exec(file);
    codes.push([code, /^default: (\w+)/.exec(await readFile(new URL(file, folder), 'utf8'))[1]]);
  }
  const { properties } = contributes.configuration.properties['base44Connectors.severity'];
  assert.deepEqual(
    Object.entries(properties).map(([code, schema]) => [code, schema.default]),
    codes,
  );
});

test('the version is that of the server, and the changelog tells of it', async () => {
  const workspace = /\[workspace\.package\]\nversion = "([^"]+)"/.exec(await text('../Cargo.toml'));
  assert.equal(manifest.version, workspace?.[1]);
  assert.match(await text('CHANGELOG.md'), new RegExp(`^## ${manifest.version.replaceAll('.', '\\.')}$`, 'm'));
});

test('the lock file names no registry but the public one', async () => {
  const { packages } = JSON.parse(await text('package-lock.json'));
  const hosts = Object.values(packages).flatMap(({ resolved }) => (resolved ? [new URL(resolved).host] : []));
  assert.deepEqual(hosts.filter((host) => host !== 'registry.npmjs.org'), []);
});

test('the packed README holds its pictures, and is small', async () => {
  const { packedReadme } = await import('../scripts/readme.mjs');
  const packed = await packedReadme();
  assert.equal(packed.match(/]\(data:image\/png;base64,/g)?.length, 3);
  assert.doesNotMatch(packed, /]\((?!data:|https:|#)/);
  assert.ok(packed.length < 180 * 1024, `${packed.length}`);
});
