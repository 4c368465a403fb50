// The tools for the editor's agents: what they may do by themselves, and what is agreed to first.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { contributes } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

/** An editor with the tools of one project, and a server that answers as it is told. */
async function editor({ trusted = true, projects = [project()], answers = {} } = {}) {
  const tools = new Map();
  const asked = [];
  const vscode = {
    lm: { registerTool: (name, tool) => tools.set(name, tool) },
    workspace: { isTrusted: trusted, textDocuments: [] },
    MarkdownString: class {
      value = '';
      appendText(text) { this.value += text; return this; }
      appendCodeblock(text) { this.value += `\`\`\`\n${text}\`\`\``; return this; }
    },
    LanguageModelTextPart: class { constructor(value) { this.value = value; } },
    LanguageModelToolResult: class { constructor(content) { this.content = content; } },
  };
  const answer = (name, target) => {
    asked.push([name, target]);
    return Promise.resolve(typeof answers[name] === 'function' ? answers[name]() : answers[name]);
  };
  const server = { execute: answer, request: ({ method }, params) => answer(method, params) };
  const { AgentTools } = await bundled('agent/tools.ts', vscode);
  new AgentTools(server, { all: projects });
  const call = async (name, input = {}) => (await tools.get(name).invoke({ input })).content[0].value;
  const prepare = (name, input = {}) => tools.get(name).prepareInvocation({ input });
  return { tools, asked, call, prepare };
}

const project = (rest = {}) => ({
  uri: 'file:///p', name: 'CRM', appId: 'a', appProblem: null, state: 'ok', message: null, account: 'ada@example.com', pending: 1,
  connectors: [
    { type: 'slack', displayName: 'Slack User', uri: 'file:///p/s.jsonc', state: 'pending', word: 'pending', account: null, detail: '', link: 'https://secret' },
    { type: 'notion', displayName: 'Notion', uri: null, state: 'remote-only', word: 'no file', account: 'ada@example.com', detail: '', link: null },
  ],
  ...rest,
});
const plan = (...steps) => ({ plan: { app: 'a', folder: 'base44/connectors', steps } });
const remove = { type: 'notion', action: 'remove', scopes: [] };

test('the tools carried out are those contributed, each only where there is a trusted project', async () => {
  const { tools } = await editor();
  assert.deepEqual([...tools.keys()].sort(), contributes.languageModelTools.map(({ name }) => name).sort());
  for (const { when, inputSchema, modelDescription } of contributes.languageModelTools) {
    // VS Code 1.100 lists no tool of anybody where one has a condition of several keys.
    assert.equal(when, 'base44Connectors.offersTools');
    assert.equal(inputSchema.type, 'object');
    assert.ok(modelDescription.length > 40);
  }
});

test('only what writes, sends or opens the browser is agreed to first', async () => {
  const answers = { 'base44.previewPush': plan(remove), 'base44/types': { types: [{ type: 'slack', displayName: 'Slack User' }] } };
  const active = project({ connectors: [...project().connectors, { ...project().connectors[0], type: 'github', displayName: 'GitHub', state: 'active' }] });
  const { prepare } = await editor({ answers, projects: [active] });
  const asks = [];
  for (const { name } of contributes.languageModelTools) {
    const { confirmationMessages } = await prepare(name, { type: name.includes('reconnect') ? 'github' : 'slack', scopes: ['users:read'], file: 'slack.jsonc', line: 4, fix: 'Change it' });
    if (confirmationMessages !== undefined) {
      asks.push(`${name}: ${confirmationMessages.title}`);
    }
  }
  assert.deepEqual(asks, [
    'base44_create_connector: Create a Slack User connector in CRM?',
    'base44_add_scopes: Let Slack User of CRM ask for more?',
    'base44_apply_fix: Change slack.jsonc of CRM?',
    'base44_push_connectors: Push the connectors of CRM?',
    'base44_authorize_connectors: Authorize Slack User?',
    'base44_reconnect_connector: Reconnect GitHub?',
  ]);
});

test('a push shows its plan by name, and sends nothing where that is no longer the plan', async () => {
  let steps = [remove];
  const answers = { 'base44.previewPush': () => plan(...steps), 'base44.push': { outcomes: [] } };
  const { asked, call, prepare } = await editor({ answers });
  await assert.rejects(call('base44_push_connectors'), /Nothing was sent/, 'nobody saw a plan');
  const { confirmationMessages } = await prepare('base44_push_connectors');
  assert.match(confirmationMessages.message.value, /```\n[^`]*- Notion +is removed/);
  steps = [];
  await assert.rejects(call('base44_push_connectors'), /have changed/);
  assert.ok(!asked.some(([name]) => name === 'base44.push'));
  await prepare('base44_push_connectors');
  assert.match(await call('base44_push_connectors'), /outcomes/);
  await assert.rejects(call('base44_push_connectors'), /Nothing was sent/, 'a plan is good for one push');
});

test('what the person declines is an error that says so, and a status has no links', async () => {
  const { call } = await editor({ answers: { 'base44.authorize': undefined } });
  await assert.rejects(call('base44_authorize_connectors'), /the person declined/);
  const said = await call('base44_connector_status');
  assert.match(said, /pending/);
  assert.doesNotMatch(said, /secret/);
});

test('only an account that is there is exchanged, and no link comes back', async () => {
  const outcome = { type: 'github', status: 'pending', link: 'https://secret' };
  const connectors = ['github', 'notion'].map((type) => ({ ...project().connectors[0], type, state: type === 'github' ? 'other-user' : 'not-pushed' }));
  const { asked, call } = await editor({ projects: [project({ connectors })], answers: { 'base44.reconnect': { outcomes: [outcome] } } });
  assert.doesNotMatch(await call('base44_reconnect_connector', { type: 'github' }), /secret/);
  await assert.rejects(call('base44_reconnect_connector', { type: 'notion' }), /no account to exchange/);
  await assert.rejects(call('base44_reconnect_connector', { type: 'slack' }), /No connector file/);
  assert.deepEqual(asked, [['base44.reconnect', { project: 'file:///p', types: ['github'] }]]);
});

test('nothing is done in a restricted window, without a project, or in one of several that is not named', async () => {
  const name = 'base44_check_connectors';
  await assert.rejects((await editor({ trusted: false })).call(name), /not trusted/);
  await assert.rejects((await editor({ projects: [] })).call(name), /No Base44 project/);
  const two = await editor({ projects: [project(), project({ uri: 'file:///q', name: 'Shop' })], answers: { 'base44/findings': { findings: [] } } });
  await assert.rejects(two.call(name), /Say which project: CRM, Shop/);
  await two.call(name, { project: 'Shop' });
  assert.deepEqual(two.asked, [['base44/findings', { project: 'file:///q' }]]);
});

test('the server for agents is offered where the editor takes one, for a trusted project alone', async () => {
  const offers = [];
  class McpStdioServerDefinition {
    constructor(...parts) {
      this.parts = parts;
    }
  }
  const workspace = { isTrusted: true };
  const lm = { registerMcpServerDefinitionProvider: (id, provider) => offers.push([id, provider]) };
  const { offerMcpServer } = await bundled('agent/mcp.ts', { lm, workspace });
  const projects = { all: [project()], onChange: () => undefined };
  assert.ok(offerMcpServer({ program: '/bin/x' }, projects, '0.1.0', { McpStdioServerDefinition }));
  const [[id, provider]] = offers;
  assert.equal(id, contributes.mcpServerDefinitionProviders[0].id);
  assert.deepEqual(provider.provideMcpServerDefinitions()[0].parts.slice(1, 3), ['/bin/x', ['mcp']]);
  projects.all = [];
  assert.deepEqual(provider.provideMcpServerDefinitions(), []);
  projects.all = [project()];
  workspace.isTrusted = false;
  assert.deepEqual(provider.provideMcpServerDefinitions(), []);
  const refusing = { registerMcpServerDefinitionProvider: () => { throw new Error('not in this version'); } };
  const refused = await bundled('agent/mcp.ts', { lm: refusing, workspace });
  assert.equal(refused.offerMcpServer({ program: '/bin/x' }, projects, '0.1.0', { McpStdioServerDefinition }), undefined);
  for (const older of [{ lm: {}, workspace }, { workspace }]) {
    const without = await bundled('agent/mcp.ts', older);
    assert.equal(without.offerMcpServer({ program: '/bin/x' }, projects, '0.1.0', {}), undefined);
    const { AgentTools } = await bundled('agent/tools.ts', older);
    new AgentTools({}, projects).dispose();
  }
});
