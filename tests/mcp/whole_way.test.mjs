// An agent's whole way: find the scopes, write the file, check, plan, push, the person's link, status.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { APP, stage, text } from './stage.mjs';

let place;
before(async () => {
  place = await stage();
});
after(() => place.close());

test('an agent brings a connector from a call to an authorized state', async () => {
  const { call } = await place.agent();
  const found = await call('find_scopes', { type: 'slack', words: 'send messages' });
  assert.ok(found.structuredContent.scopes.some((scope) => scope.name === 'chat:write'), text(found));

  const created = await call('create_connector', { type: 'slack', scopes: ['chat:write'] });
  assert.equal(created.structuredContent.file, 'base44/connectors/slack.jsonc', text(created));
  const again = await call('create_connector', { type: 'slack', scopes: ['chat:write'] });
  assert.ok(again.isError && text(again).includes('add_scopes'), text(again));
  const added = await call('add_scopes', { type: 'slack', scopes: ['channels:read', 'chat:write'] });
  assert.ok(!added.isError, text(added));

  const checked = await call('check');
  assert.deepEqual([checked.structuredContent.errors, checked.structuredContent.connectors], [0, 1], text(checked));

  const planned = await call('plan');
  assert.deepEqual(
    planned.structuredContent.steps.map(({ type, action, scopes }) => ({ type, action, scopes })),
    [{ type: 'slack', action: 'add', scopes: ['chat:write', 'channels:read'] }],
  );
  const pushed = await call('push', { plan: planned.structuredContent.plan });
  assert.deepEqual(pushed.structuredContent.pending, ['slack'], text(pushed));
  const twice = await call('push', { plan: planned.structuredContent.plan });
  assert.ok(twice.isError && text(twice).startsWith('Nothing was sent'), text(twice));

  const links = await call('authorize');
  assert.match(links.structuredContent.pending[0].link, /^http:\/\/127\.0\.0\.1:/, text(links));
  assert.deepEqual(links.structuredContent.pending[0].scopes, ['chat:write', 'channels:read']);
  await place.admin('POST', 'consents/approve');
  const status = await call('status');
  assert.deepEqual(
    status.structuredContent.connectors.map(({ type, state }) => ({ type, state })),
    [{ type: 'slack', state: 'active' }],
    text(status),
  );
});

test('a file is made with the scopes that the calls in the code need', async () => {
  const { call } = await place.agent();
  const without = await call('create_connector', { type: 'googlecalendar' });
  assert.ok(without.isError && text(without).includes('No function uses googlecalendar'), text(without));
  const folder = join(place.project, 'base44/functions/remind');
  await mkdir(folder, { recursive: true });
  const lines = [
    "const { accessToken } = await createClientFromRequest(req).asServiceRole.connectors.getConnection('googlecalendar');",
    "await fetch('https://www.googleapis.com/calendar/v3/calendars/primary/events', { headers: { Authorization: `Bearer ${accessToken}` } });",
  ];
  await writeFile(join(folder, 'entry.ts'), `Deno.serve(async (req) => {\n${lines.join('\n')}\n});\n`);
  const created = await call('create_connector', { type: 'googlecalendar' });
  const scope = 'https://www.googleapis.com/auth/calendar.events.readonly';
  assert.deepEqual(created.structuredContent.scopes, [scope], text(created));
  assert.match(text(created), /calendar\.events\.readonly: GET www\.googleapis\.com/);
});

test('the scopes of a call are found, the narrowest first', async () => {
  const { call } = await place.agent();
  const insert = { method: 'POST', url: 'https://www.googleapis.com/calendar/v3/calendars/{id}/events' };
  const found = await call('find_scopes', { type: 'googlecalendar', call: insert });
  const { endpoint, scopes } = found.structuredContent;
  assert.equal(endpoint.id, 'calendar.events.insert', text(found));
  assert.ok(scopes.some((scope) => scope.name === 'https://www.googleapis.com/auth/calendar.events'), text(found));
  assert.ok(!endpoint.scopesAny.flat().some((scope) => scope.endsWith('.readonly')), text(found));
  const explained = await call('explain', { type: 'googlecalendar', call: insert });
  assert.deepEqual(explained.structuredContent.endpoint, endpoint);
  const other = await call('find_scopes', { type: 'slack', call: insert });
  assert.ok(other.isError, text(other));
});

test('waiting for the person is told by progress', async () => {
  await place.admin('PATCH', `apps/${APP}`, {});
  await place.write('notion.jsonc', '{"type": "notion", "scopes": []}');
  const { call } = await place.agent();
  const planned = await call('plan');
  await call('push', { plan: planned.structuredContent.plan });
  const told = [];
  const waiting = call('authorize', { types: ['notion'], wait_seconds: 60 }, {
    onprogress: (progress) => {
      told.push(progress.message);
      if (told.length === 1) void place.admin('POST', 'consents/approve');
    },
  });
  const done = await waiting;
  assert.deepEqual(done.structuredContent.outcomes, [{ type: 'notion', status: 'added', reason: null }], text(done));
  assert.match(told[0], /^notion waits/);
});

test('every tool has schemas and says what it may do', async () => {
  const { client } = await place.agent();
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map((tool) => tool.name).sort(),
    ['add_scopes', 'apply_fix', 'authorize', 'check', 'create_connector', 'explain', 'find_scopes', 'plan', 'push', 'reconnect', 'status'],
  );
  for (const tool of tools) {
    assert.equal(tool.inputSchema.type, 'object', tool.name);
    assert.equal(tool.outputSchema.type, 'object', tool.name);
    assert.ok(tool.description.length > 40, tool.name);
    for (const hint of ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']) {
      assert.equal(typeof tool.annotations[hint], 'boolean', `${tool.name} ${hint}`);
    }
  }
  assert.deepEqual(tools.filter((tool) => tool.annotations.destructiveHint).map((tool) => tool.name).sort(), ['push', 'reconnect']);
});

test('connectors, catalogue and findings can be read, and a prompt leads through the steps', async () => {
  const { client } = await place.agent();
  const { resources } = await client.listResources();
  assert.ok(resources.some((resource) => resource.uri === 'base44://connectors/slack.jsonc'));
  for (const uri of ['base44://findings', 'base44://catalogue/slack', 'base44://connectors/slack.jsonc']) {
    const { contents } = await client.readResource({ uri });
    assert.ok(contents[0].text.includes('slack') || uri.endsWith('findings'), uri);
  }
  await assert.rejects(client.readResource({ uri: 'base44://connectors/..%2F.app.jsonc' }), /There is no resource/);
  const prompt = await client.getPrompt({ name: 'connect-service', arguments: { service: 'slack' } });
  assert.match(prompt.messages[0].content.text, /find_scopes/);
});

test('an app without a config is checked, and nothing is sent for it', async () => {
  const folder = join(place.project, '../plain');
  await mkdir(join(folder, 'base44/connectors'), { recursive: true });
  await writeFile(join(folder, 'base44/connectors/slack.jsonc'), '{ "type": "slack", "scopes": ["chat:wirte"] }\n');
  const { call } = await place.agent({ in: folder });
  const checked = await call('check');
  assert.equal(checked.structuredContent.connectors, 1, text(checked));
  assert.match(text(checked), /unknown-scope/);
  for (const tool of ['plan', 'status', 'authorize']) {
    const refused = await call(tool);
    assert.ok(refused.isError && text(refused).includes('base44/config.jsonc'), text(refused));
  }
});
