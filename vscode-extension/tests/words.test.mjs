// What is said of a state, to the eye and to the ear.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { brief, looks, nameOf, plain, spokenOf, withoutIcons } = await bundled('words.ts');
const { current } = await bundled('status.ts');
const { faceOf, spokenFace } = await bundled('views/face.ts');

// The server's words, which the rows speak.
const { stateWords: words } = await bundled('vocabulary.ts');

const connector = (state, rest = {}) => ({
  type: 'slack', displayName: 'Slack User', uri: 'file:///p/base44/connectors/slack.jsonc', state, word: words[state],
  account: 'ada@example.com', scopes: 2, detail: 'It is so.', link: null, ...rest,
});
const project = (rest = {}) => ({
  uri: 'file:///p', name: 'CRM', appId: 'a', appProblem: null, state: 'ok', message: null, account: 'ada@example.com',
  api: 'https://app.base44.com', dashboard: null, busy: null, pending: 0, folder: null, connectors: [], ...rest,
});
const states = Object.keys(looks);

test('what is picked from is drawn without icons of its own', () => {
  const item = { label: '$(key) CRM', description: 'a$(x)b', detail: '$($(y)', types: ['$(kept)'] };
  assert.deepEqual(withoutIcons(item), { label: '$ (key) CRM', description: 'a$ (x)b', detail: '$ ($ (y)', types: ['$(kept)'] });
  assert.deepEqual(withoutIcons({ label: 'Slack' }), { label: 'Slack' });
});

test('the accessible name of a row has the service and the state, whatever the state', () => {
  const names = states.map((state) => spokenOf(connector(state)));
  names.forEach((name, at) => {
    assert.ok(name.startsWith('Slack User, '), name);
    assert.ok(name.includes(words[states[at]] || 'state not known'), name);
    assert.doesNotMatch(name, /, ?$|, ,|·/);
  });
  assert.equal(spokenOf(connector('active')), 'Slack User, authorized, ada@example.com, 2 scopes');
  assert.equal(spokenOf(connector('unknown'), 1), 'Slack User, state not known, 1 problem');
});

test('the server has words for every state, and the rows an icon for every one of its states', () => {
  assert.deepEqual(Object.keys(words).sort(), [...states].sort());
  assert.deepEqual(states.filter((state) => words[state] === ''), ['unknown']);
});

test('each state has an icon or a colour of its own beside another of the same word', () => {
  const shapes = Object.entries(looks).map(([state, { icon }]) => [`${icon} ${words[state]}`, state]);
  assert.equal(new Map(shapes).size, states.length);
});

test('a connector without a type is called by its file', () => {
  assert.equal(nameOf(connector('invalid', { type: '', displayName: '', uri: 'file:///p/my%20file.jsonc' })), 'my file.jsonc');
  assert.equal(nameOf(connector('invalid', { type: ' ', displayName: '', uri: 'file:///p/%E0%A4%A.jsonc' })), '%E0%A4%A.jsonc');
});

test('what cannot be seen is shown as what it is, and drawings stay whole', () => {
  for (const [text, shown] of [
    ['a\u202eb\u200bc', 'a\\u{202e}b\\u{200b}c'],
    ['a\r\n\u2028b', 'a b'],
    ['\u{1f9d1}\u200d\u{1f680} \u2764\ufe0f \u{1f9d1}\u{1f3fd}\u200d\u{1f680}', '\u{1f9d1}\u200d\u{1f680} \u2764\ufe0f \u{1f9d1}\u{1f3fd}\u200d\u{1f680}'],
    ['a\u200db', 'a\\u{200d}b'],
    ['מחברים', 'מחברים'],
  ]) {
    assert.equal(plain(text), shown);
  }
});

test('a message is read at a glance, and keeps its beginning and its end', () => {
  assert.equal(brief('It failed.'), 'It failed.');
  const cut = brief(`There is no server at /${'🚀folder/'.repeat(40)}server.`);
  assert.equal([...cut].length, 120);
  assert.match(cut, /^There is no server at \/.*….*\/server\.$/u);
});

test('nothing of before is shown to who is signed out or in a restricted window', () => {
  for (const state of ['signedOut', 'untrusted']) {
    const connectors = [
      connector('pending', { link: 'https://x' }),
      connector('invalid', { displayName: 'Notion' }),
      connector('remote-only', { uri: null }),
    ];
    const shown = current(project({ state, pending: 3, connectors }));
    assert.deepEqual(shown.connectors.map(({ displayName, state, account, link }) => [displayName, state, account, link]), [
      ['Notion', 'invalid', null, null],
      ['Slack User', 'unknown', null, null],
    ]);
    assert.equal(shown.pending, 0);
  }
});

test('rows are ordered by the name that is read, and a denied consent still waits', () => {
  const connectors = [
    connector('authorization-failed', { type: 'google_search_console', displayName: 'Google Search Console' }),
    connector('pending', { type: 'googleads', displayName: 'Google Ads' }),
    connector('active', { displayName: 'airtable' }),
  ];
  const shown = current(project({ connectors }));
  assert.deepEqual(shown.connectors.map(({ displayName }) => displayName), ['airtable', 'Google Ads', 'Google Search Console']);
  assert.equal(shown.pending, 2);
});

test('the status bar says what most wants attention, with its subject', () => {
  const all = [connector('other-user', { displayName: 'HubSpot' }), connector('pending'), connector('not-pushed')];
  const face = (rest, situation = 'ready') => faceOf(situation, [current(project(rest))], true);
  const cases = [
    [face({ appProblem: 'There is no app.', connectors: all }), 'no app', 'There is no app.'],
    [face({ state: 'error', message: 'It failed.', connectors: all }), 'not up to date', 'It failed.'],
    [face({ state: 'offline', connectors: all }), '1 problem', 'HubSpot: It is so.'],
    [face({ state: 'offline', connectors: all.slice(1) }), 'offline', 'does not answer'],
    [face({ state: 'signedOut', connectors: all }, 'signedOut'), 'signed out', 'sign in'],
    // A row may have problems that are no errors: what is counted is called as the rows call it.
    [face({ state: 'signedOut', connectors: [connector('invalid'), ...all] }, 'signedOut'), '1 file has errors', 'Slack User: '],
    [face({ connectors: [connector('invalid'), connector('unavailable')] }), '2 problems', 'Slack User: '],
    [face({ connectors: all.slice(1) }), '1 pending', 'Slack User'],
    [face({ connectors: all.slice(2) }), '1 to push', 'Slack User'],
    [face({}), 'Base44', 'ada@example.com'],
    [face({}, 'untrusted'), 'restricted', 'nothing is asked'],
    [face({}, 'stopped'), 'server stopped', 'start it again'],
  ];
  for (const [shown, text, tooltip] of cases) {
    assert.ok(shown.text.endsWith(text), `${shown.text}: ${text}`);
    assert.ok(shown.tooltip.includes(tooltip), `${shown.tooltip}: ${tooltip}`);
    // The name begins with what is seen (WCAG 2.5.3).
    assert.ok(spokenFace(shown).startsWith(shown.text.replace(/^\S+ /, '')), spokenFace(shown));
  }
});

test('what a command does shows as its own progress, and turns nothing in the status bar beside it', () => {
  const face = (busy) => faceOf('ready', [project({ state: 'syncing', busy })], true).text;
  assert.match(face(null), /~spin.*syncing/);
  for (const busy of ['push', 'pull', 'authorize', 'refresh']) {
    assert.doesNotMatch(face(busy), /~spin/, busy);
  }
});

test('three hundred connectors are counted, and some are named', () => {
  const connectors = Array.from({ length: 300 }, (_, at) => connector('pending', { displayName: `C${at}` }));
  const { text, tooltip } = faceOf('ready', [current(project({ connectors }))], true);
  assert.match(text, /300 pending$/);
  assert.match(tooltip, /and 292 more\. Click to choose\.$/);
});
