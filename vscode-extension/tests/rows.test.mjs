// Rows are told of as they change: what the editor draws anew takes no click meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { idOf, Rows } = await bundled('views/rows.ts');

const connector = (type, rest = {}) => ({
  type, displayName: type, uri: `file:///p/base44/connectors/${type}.jsonc`, state: 'active', account: null, scopes: 1, detail: '', link: null,
  users: 0, ...rest,
});
const project = (connectors, rest = {}) => ({
  uri: 'file:///p', name: 'CRM', appId: 'a', appProblem: null, state: 'ok', message: null, account: 'ada@example.com', busy: null, pending: 0,
  connectors, ...rest,
});
/** What is shown of a row here: its name, and how it stands. */
const look = (row) => [row.kind, row.project.name, row.connector?.state, row.trouble?.title];
const names = (rows) => rows?.map((row) => row.connector?.type ?? row.kind);

test('a row that looks different is told alone, and stays the same row', () => {
  const rows = new Rows(look);
  assert.equal(rows.take('ready', [project([connector('notion'), connector('slack')])]), undefined, 'all rows came');
  const before = rows.outermost;
  const changed = rows.take('ready', [project([connector('notion'), connector('slack', { state: 'pending' })])]);
  assert.deepEqual(names(changed), ['slack']);
  assert.ok(rows.outermost.every((row, at) => row === before[at]));
  assert.equal(before[1].connector.state, 'pending');
});

test('nothing is told where nothing looks different', () => {
  const rows = new Rows(look);
  const now = (busy) => [project([connector('slack')], { busy })];
  rows.take('ready', now(null));
  assert.deepEqual(rows.take('ready', now('push')), []);
});

test('rows that come, go or move, or can be unfolded, are told as a whole', () => {
  const rows = new Rows(look);
  const [notion, slack] = [connector('notion'), connector('slack')];
  rows.take('ready', [project([notion, slack])]);
  for (const connectors of [[notion], [notion, slack], [slack, notion], [slack, connector('notion', { users: 1 })]]) {
    assert.equal(rows.take('ready', [project(connectors)]), undefined);
  }
  assert.equal(rows.take('ready', [project([slack, notion], { state: 'offline' })]), undefined);
  assert.deepEqual(names(rows.outermost), ['trouble', 'slack', 'notion']);
});

test('of several projects each is a row, above its own', () => {
  const rows = new Rows(look);
  const shop = project([connector('slack')], { uri: 'file:///shop', name: 'Shop' });
  const both = (state) => [project([connector('slack', { state })]), shop];
  rows.take('ready', both('active'));
  assert.deepEqual(names(rows.outermost), ['project', 'project']);
  const changed = rows.take('ready', both('expired'));
  assert.deepEqual(changed, rows.of(project([])));
  assert.equal(rows.parentOf(changed[0]), rows.outermost[0]);
  assert.equal(new Set([...rows.outermost, ...rows.of(shop), ...changed].map(idOf)).size, 4);
});

test('a use stands below its connector, and that below nothing where there is one project', () => {
  const rows = new Rows(look);
  rows.take('ready', [project([connector('slack', { users: 1 })])]);
  const [slack] = rows.outermost;
  const location = { uri: 'file:///p/a.ts', range: { start: { line: 3, character: 4 }, end: { line: 3, character: 9 } } };
  assert.equal(rows.parentOf({ ...slack, kind: 'use', use: { functions: [], calls: [], file: 'a.ts', location } }), slack);
  assert.equal(rows.parentOf(slack), undefined);
  assert.equal(rows.find(({ uri }) => uri?.endsWith('slack.jsonc')), slack);
});

test('without a connector the welcome has the view, unless something is in the way', () => {
  const rows = new Rows(look);
  rows.take('signedOut', [project([], { state: 'signedOut' })]);
  assert.deepEqual(rows.outermost, []);
  rows.take('ready', [project([], { state: 'offline' })]);
  assert.deepEqual(names(rows.outermost), ['trouble']);
  rows.take('starting', [project([connector('slack')])]);
  assert.deepEqual(rows.outermost, []);
});
