// Clients of other makes: the SDK of the next generation, and the inspector where it can be had.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { APP, command, stage } from './stage.mjs';

let place;
before(async () => {
  place = await stage();
  await place.write('slack.jsonc', '{"type": "slack", "scopes": ["chat:write"]}');
});
after(() => place.close());

for (const mode of ['auto', 'legacy']) {
  test(`a client of the next generation, ${mode}, is served and can ask the person`, async () => {
    await place.admin('PATCH', `apps/${APP}`, { connectors: { slack: { scopes: ['chat:write'] }, notion: { scopes: [] } } });
    const client = new Client(
      { name: 'test', version: '2' },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
    );
    const questions = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      questions.push(params.message);
      return { action: 'decline' };
    });
    const env = place.env();
    await client.connect(new StdioClientTransport({ command, args: ['mcp'], cwd: place.project, env }));
    assert.equal(client.getNegotiatedProtocolVersion(), '2025-11-25');
    const { tools } = await client.listTools();
    assert.ok(tools.length > 10 && tools.every((tool) => tool.outputSchema), `${tools.length}`);
    const checked = await client.callTool({ name: 'check', arguments: {} });
    assert.deepEqual([checked.structuredContent.connectors, checked.structuredContent.errors], [1, 0]);
    const planned = await client.callTool({ name: 'plan', arguments: {} });
    const pushed = await client.callTool({ name: 'push', arguments: { plan: planned.structuredContent.plan } });
    assert.ok(pushed.isError, JSON.stringify(pushed));
    assert.match(questions[0], /Remove notion/);
    assert.ok((await client.listResources()).resources.length > 1);
    assert.equal((await client.listPrompts()).prompts.length, 1);
    await client.close();
  });
}

// The program of an unpacked @modelcontextprotocol/inspector-cli: MCP_INSPECTOR=…/inspector-cli/build/index.js
const inspector = process.env.MCP_INSPECTOR;
test('the inspector can use all of it', { skip: !inspector && 'MCP_INSPECTOR names no inspector' }, async () => {
  const inspect = async (...args) => {
    // Its own version is read from where it stands.
    const options = { cwd: dirname(inspector), env: place.env() };
    const all = [inspector, command, 'mcp', '--project', place.project, ...args];
    const { stdout } = await promisify(execFile)(process.execPath, all, options);
    return JSON.parse(stdout);
  };
  assert.ok((await inspect('--method', 'tools/list')).tools.length > 10);
  assert.ok((await inspect('--method', 'resources/list')).resources.length > 1);
  assert.equal((await inspect('--method', 'resources/templates/list')).resourceTemplates.length, 1);
  assert.equal((await inspect('--method', 'prompts/list')).prompts.length, 1);
  const read = await inspect('--method', 'resources/read', '--uri', 'base44://catalogue/slack');
  assert.match(read.contents[0].text, /chat:write/);
  const prompt = await inspect('--method', 'prompts/get', '--prompt-name', 'connect-service', '--prompt-args', 'service=slack');
  assert.match(prompt.messages[0].content.text, /find_scopes/);
  for (const [tool, ...given] of [
    ['check'], ['status'], ['plan'], ['authorize'],
    ['explain', 'type=slack', 'scope=chat:write'],
    ['find_scopes', 'type=slack', 'words=send messages'],
    ['create_connector', 'type=hubspot', 'scopes=["oauth"]'],
    ['add_scopes', 'type=slack', 'scopes=["users:read"]'],
  ]) {
    const result = await inspect('--method', 'tools/call', '--tool-name', tool, ...given.flatMap((one) => ['--tool-arg', one]));
    assert.ok(!result.isError && result.structuredContent, `${tool}: ${JSON.stringify(result)}`);
  }
});
