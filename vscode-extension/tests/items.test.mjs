// What a row of the view says to who cannot see it, and what its tooltip shows: over all states, however odd the names.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

/** As much of the editor as rows are made of. */
class TreeItem {
  constructor(label, collapsibleState) {
    Object.assign(this, { label, collapsibleState });
  }
}
class MarkdownString {
  value = '';
  appendMarkdown(text) {
    this.value += text;
    return this;
  }
  appendText(text) {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&');
    return this;
  }
}
class Named {
  constructor(name, color) {
    Object.assign(this, { name, color });
  }
}
const found = [];
const editor = {
  TreeItem,
  MarkdownString,
  ThemeIcon: Named,
  ThemeColor: Named,
  Range: class {
    constructor(line, character) {
      this.start = { line, character };
    }
  },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2 },
  Uri: { parse: (text) => ({ fsPath: text.slice(7), toString: () => text }) },
  languages: { getDiagnostics: () => found },
};

const { itemOf } = await bundled('views/items.ts', editor);
const { current, troubleOf } = await bundled('status.ts');
const { connectorStates, projectStates, stateWords } = await bundled('vocabulary.ts');

const connector = (rest = {}) => ({
  type: 'slack', displayName: 'Slack User', uri: 'file:///p/base44/connectors/slack.jsonc', state: 'active', account: 'ada@example.com',
  scopes: 2, detail: 'It is so.', link: null, users: 0, ...rest, word: stateWords[rest.state ?? 'active'],
});
const project = (rest = {}) => ({
  uri: 'file:///p', name: 'CRM', appId: 'a', appProblem: null, state: 'ok', message: null, account: 'ada@example.com', busy: null,
  api: 'https://app.base44.com', dashboard: null, pending: 0, folder: null, connectors: [], ...rest,
});
const heard = (row) => itemOf(row).accessibilityInformation.label;
const rowOf = (one) => ({ kind: 'connector', project: project(), connector: one });

/** Names that do not fit, run the other way, or are drawings. */
const oddNames = ['a'.repeat(200), 'מחברים של החברה', '🚀🧑‍🚀 rockets', '‮evil', 'a\nb', '$(key) [x](command:y)'];

test('every row of a connector says its service and its state', () => {
  for (const state of connectorStates) {
    for (const displayName of ['Slack User', ...oddNames]) {
      const label = heard(rowOf(connector({ state, displayName })));
      assert.ok(label.startsWith(`${displayName}, ${stateWords[state] || 'state not known'}`), label);
    }
  }
});

test('every row about what is in the way says what it is, what to do, and what a press does', () => {
  const projects = [project({ appProblem: 'There is no app.' }), ...projectStates.map((state) => project({ state }))];
  const labels = projects.flatMap((one) => {
    const trouble = troubleOf(one);
    return trouble === undefined ? [] : [[trouble.title, heard({ kind: 'trouble', project: one, trouble })]];
  });
  assert.deepEqual(labels.map(([title]) => title), ['No app', 'Restricted mode', 'Signed out', 'Offline', 'Not up to date']);
  for (const [title, label] of labels) {
    assert.match(label, new RegExp(`^${title}: .+\\. (Link|Manage|Sign|Try)`), label);
  }
});

test('a project among several says its name and its state', () => {
  const connectors = [connector({ state: 'pending' })];
  const cases = [
    [project(), 'Project CRM'],
    [project({ connectors }), 'Project CRM, 1 pending'],
    [project({ state: 'signedOut', connectors }), 'Project CRM, signed out'],
    [project({ state: 'offline', connectors }), 'Project CRM, offline'],
    [project({ appProblem: 'There is no app.' }), 'Project CRM, no app'],
  ];
  for (const [one, label] of cases) {
    assert.equal(heard({ kind: 'project', project: current(one) }), label);
  }
});

test('a use says who uses what, and where', () => {
  const location = { uri: 'file:///p/a.ts', range: { start: { line: 3, character: 4 }, end: { line: 3, character: 9 } } };
  const use = { functions: ['send'], calls: ['POST `/x`'], file: 'a.ts', location };
  assert.equal(heard({ ...rowOf(connector()), kind: 'use', use }), 'send uses Slack User, a.ts');
  assert.equal(heard({ ...rowOf(connector()), kind: 'use', use: { ...use, functions: [] } }), 'a.ts uses Slack User, a.ts');
});

test("a file's own problems are counted where nothing is known of the platform, and what the platform said is not", () => {
  found.push({ severity: 1, code: 'unknown-scope' }, { severity: 1, code: 'pending-authorization' }, { severity: 2, code: 'unknown-scope' });
  assert.equal(heard(rowOf(connector({ state: 'unknown' }))), 'Slack User, state not known, 1 problem');
  assert.equal(heard(rowOf(connector({ state: 'pending' }))), 'Slack User, pending');
  found.length = 0;
});

test('a tooltip draws no mark of code, makes no link, and shows what is hidden as its code', () => {
  for (const name of oddNames) {
    const { value } = itemOf(rowOf(connector({ displayName: name, detail: `Ask \`${name}\` of ada@example.com.` }))).tooltip;
    assert.doesNotMatch(value, /(?<!\\)[`[]|\u202e|ada@/u, value);
  }
  assert.match(itemOf(rowOf(connector({ detail: 'x‮y' }))).tooltip.value, /x\\\\u\\\{202e\\\}y/);
  assert.match(itemOf({ kind: 'project', project: project({ uri: 'file:///p‮q' }) }).tooltip.value, /p\\\\u\\\{202e\\\}q/);
});
