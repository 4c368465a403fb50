// What needs the person: asked through the client, or not done.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { APP, stage, text } from './stage.mjs';

let place;
beforeEach(async () => {
  place = await stage();
  const connector = { scopes: ['chat:write'], status: 'active' };
  await place.admin('PATCH', `apps/${APP}`, { connectors: { slack: connector } });
});
afterEach(() => place.close());

const remote = async () => Object.keys((await place.admin('GET', `apps/${APP}`)).connectors);

async function push(options) {
  const agent = await place.agent(options);
  const planned = await agent.call('plan');
  assert.deepEqual(planned.structuredContent.removals, ['slack'], text(planned));
  return { agent, pushed: await agent.call('push', { plan: planned.structuredContent.plan }) };
}

test('a removal is done once the person agrees, asked by name', async () => {
  const { agent, pushed } = await push({ answer: { action: 'accept', content: { agree: true } } });
  assert.ok(!pushed.isError, text(pushed));
  assert.match(agent.questions[0], /Remove slack/);
  assert.deepEqual(await remote(), []);
});

test('what is hidden from the person as a secret of the project is not removed', async () => {
  const connectors = { googlecalendar: { scopes: [], status: 'active' } };
  await place.admin('PATCH', `apps/${APP}`, { connectors });
  await writeFile(join(place.project, '.env'), 'BASE44_ACCESS_TOKEN=googlecalendar\nBASE44_REFRESH_TOKEN=\n');
  const agent = await place.agent({ answer: { action: 'accept', content: { agree: true } } });
  const { structuredContent } = await agent.call('plan');
  await agent.call('push', { plan: structuredContent.plan });
  assert.ok((await remote()).includes('googlecalendar'));
});

test('a client that goes away while the person is asked leaves everything as it was', async () => {
  const agent = await place.agent({ answer: new Promise(() => undefined) });
  const { structuredContent } = await agent.call('plan');
  const pushed = agent.call('push', { plan: structuredContent.plan }).catch(() => 'gone');
  while (agent.questions.length === 0) await new Promise((done) => setImmediate(done));
  const began = Date.now();
  await agent.client.close();
  assert.ok(Date.now() - began < 1500, 'the server ends with its client');
  const said = await pushed;
  assert.ok(said === 'gone' || said.isError, JSON.stringify(said));
  assert.deepEqual(await remote(), ['slack']);
});

test('a push that was cancelled while the person is asked does nothing, whatever they answer then', async () => {
  let answer;
  const agent = await place.agent({ answer: new Promise((resolve) => (answer = resolve)) });
  const { structuredContent } = await agent.call('plan');
  const push = { name: 'push', arguments: { plan: structuredContent.plan } };
  const stop = new AbortController();
  const pushed = agent.client.callTool(push, undefined, { signal: stop.signal }).catch(() => 'cancelled');
  while (agent.questions.length === 0) await new Promise((done) => setImmediate(done));
  stop.abort();
  assert.equal(await pushed, 'cancelled');
  answer({ action: 'accept', content: { agree: true } });
  // The next call is served after whatever the answer led to.
  await agent.call('status');
  assert.deepEqual(await remote(), ['slack']);
});

test('the functions that use what goes stand in the plan and in the question', async () => {
  const folder = join(place.project, 'base44/functions/sendDigest');
  await mkdir(folder, { recursive: true });
  const body = "await createClientFromRequest(req).asServiceRole.connectors.getConnection('slack');";
  await writeFile(join(folder, 'entry.ts'), `Deno.serve(async (req) => { ${body} });\n`);
  const agent = await place.agent({ answer: { action: 'decline' } });
  const planned = await agent.call('plan');
  assert.deepEqual(planned.structuredContent.steps.map((step) => step.usedBy), [['sendDigest']], text(planned));
  assert.match(text(planned), /remove +slack +used by sendDigest/);
  await agent.call('push', { plan: planned.structuredContent.plan });
  assert.match(agent.questions[0], /Remove slack .* slack: used by sendDigest\./);
  assert.equal(agent.questions.length, 1);
});

for (const [what, answer] of Object.entries({
  'declines': { action: 'decline' },
  'closes the question': { action: 'cancel' },
  'accepts without agreeing': { action: 'accept', content: { agree: false } },
  'accepts with something else': { action: 'accept', content: { agree: 'yes' } },
})) {
  test(`nothing is removed where the person ${what}`, async () => {
    const { pushed } = await push({ answer });
    assert.ok(pushed.isError && text(pushed).startsWith('Nothing was sent'), text(pushed));
    assert.deepEqual(await remote(), ['slack']);
  });
}

test('a live Stripe and an app named against the linked one are asked about by themselves', async () => {
  await place.admin('PATCH', 'apps/other-app', { stripe: 'live' });
  await writeFile(join(place.project, '.env'), 'BASE44_APP_ID=other-app\n');
  const agent = await place.agent({ answer: { action: 'accept', content: { agree: true } } });
  const planned = await agent.call('plan');
  assert.ok(planned.structuredContent.notes.some((note) => note.includes('linked to app-1')), text(planned));
  const pushed = await agent.call('push', { plan: planned.structuredContent.plan });
  assert.ok(!pushed.isError, text(pushed));
  assert.equal(agent.questions.length, 3);
  assert.match(agent.questions[0], /names the app other-app.*linked to app-1/);
  assert.match(agent.questions[2], /Really remove stripe\?/);
});

test('an app named against the linked one is changed by no tool unless the person agrees to it', async () => {
  await writeFile(join(place.project, '.env'), 'BASE44_APP_ID=other-app\n');
  await place.write('slack.jsonc', '{"type": "slack", "scopes": ["chat:write"]}');
  for (const options of [{}, { answer: { action: 'decline' } }]) {
    const { call } = await place.agent(options);
    for (const [tool, args] of [['authorize', { types: ['slack'] }], ['reconnect', { type: 'slack' }]]) {
      const refused = await call(tool, args);
      assert.ok(refused.isError && text(refused).startsWith('Nothing was sent'), text(refused));
    }
  }
  const other = await place.admin('GET', 'apps/other-app').catch(() => undefined);
  assert.deepEqual(Object.keys(other?.connectors ?? {}), []);
});

test('a connector is reconnected once the person agrees, and its link is given by authorize alone', async () => {
  await place.write('slack.jsonc', '{"type": "slack", "scopes": ["chat:write"]}');
  for (const options of [{}, { answer: { action: 'decline' } }, { answer: { action: 'accept', content: { agree: false } } }]) {
    const { call } = await place.agent(options);
    const refused = await call('reconnect', { type: 'slack' });
    assert.ok(refused.isError && text(refused).startsWith('Nothing was sent'), text(refused));
    assert.equal((await place.admin('GET', `apps/${APP}`)).connectors.slack.status, 'active');
  }
  const agent = await place.agent({ answer: { action: 'accept', content: { agree: true } } });
  const unknown = await agent.call('reconnect', { type: 'gmail' });
  assert.ok(unknown.isError && text(unknown).includes('no connector file declares gmail'), text(unknown));
  const done = await agent.call('reconnect', { type: 'slack' });
  assert.deepEqual(done.structuredContent.outcome, { type: 'slack', status: 'pending', reason: null }, text(done));
  assert.match(agent.questions[0], /Reconnect slack\?/);
  assert.doesNotMatch(JSON.stringify(done), /http:/);
  const links = await agent.call('authorize');
  assert.match(links.structuredContent.pending[0].link, /^http:\/\/127\.0\.0\.1:/, text(links));
  await place.admin('POST', 'consents/approve');
  const status = await agent.call('status');
  assert.equal(status.structuredContent.connectors[0].state, 'active', text(status));
});

test('a client that cannot ask is given the plan and the command, and nothing is sent', async () => {
  const { pushed } = await push();
  assert.ok(pushed.isError);
  assert.match(text(pushed), /base44-connectors push/);
  assert.deepEqual(await remote(), ['slack']);
});

test('a plan that no longer holds is not carried out', async () => {
  const { call } = await place.agent({ answer: { action: 'accept', content: { agree: true } } });
  const planned = await call('plan');
  await place.write('slack.jsonc', '{"type": "slack", "scopes": ["chat:write", "users:read"]}');
  const pushed = await call('push', { plan: planned.structuredContent.plan });
  assert.ok(pushed.isError && text(pushed).includes('have changed'), text(pushed));
  assert.deepEqual(await remote(), ['slack']);
});

test('no browser is opened without the person', async () => {
  await place.write('slack.jsonc', '{"type": "slack", "scopes": ["chat:write", "users:read"]}');
  const { call } = await place.agent();
  await call('push', { plan: (await call('plan')).structuredContent.plan });
  const opened = await call('authorize', { open: true });
  assert.ok(opened.isError && text(opened).startsWith('No browser was opened'), text(opened));
});
