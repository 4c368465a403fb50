// The settings that the README gives for agents, each started as its client would: by a bare client.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { command } from './stage.mjs';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const rows = new Map([...readme.matchAll(/^\| ([^|]+?) \| (.*?`([^`]+)`.*?) \|$/gm)].map(([, agent, , settings]) => [agent, settings]));

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'app/base44/connectors'), { recursive: true });
  await writeFile(join(folder, 'app/base44/config.jsonc'), '{ "name": "CRM" }\n');
  await writeFile(join(folder, 'app/base44/connectors/slack.jsonc'), '{ "type": "slack", "scopes": ["chat:write"] }\n');
  await symlink(command, join(folder, 'bin/base44-connectors'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The command line that a client makes of its settings. */
const CLIENTS = {
  'Claude Code': (settings) => {
    const [adding, started] = settings.split(' -- ');
    assert.equal(adding, 'claude mcp add base44-connectors');
    return started.split(' ');
  },
  'Cursor, in `.cursor/mcp.json`': (settings) => {
    const { command: program, args } = JSON.parse(settings).mcpServers['base44-connectors'];
    return [program, ...args];
  },
  'VS Code, in `.vscode/mcp.json`': (settings) => {
    const { type, command: program, args } = JSON.parse(settings).servers['base44-connectors'];
    assert.equal(type, 'stdio');
    return [program, ...args];
  },
  'any other': (settings) => settings.split(' '),
};

for (const [agent, line] of Object.entries(CLIENTS)) {
  test(`the settings for ${agent} start the tools in the project`, async () => {
    const settings = rows.get(agent);
    assert.ok(settings, `the README has a row for ${agent}`);
    const [program, ...args] = line(settings);
    const client = new Client({ name: 'bare', version: '1' }, { capabilities: {} });
    const env = { HOME: folder, XDG_STATE_HOME: folder, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` };
    await client.connect(new StdioClientTransport({ command: program, args, cwd: join(folder, 'app'), env }));
    const checked = await client.callTool({ name: 'check', arguments: {} });
    assert.equal(checked.structuredContent.connectors, 1);
    await client.close();
  });
}
