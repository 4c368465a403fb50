// The preview of a push as people read it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled } from './bundled.mjs';

const { isPlan, planText } = await bundled('planText.ts');

test('what goes, comes and changes is marked, what is lost first, and what stays last', () => {
  const plan = {
    app: 'a1',
    folder: 'base44/connectors',
    steps: [
      { type: 'googlecalendar', action: 'keep', scopes: ['x'] },
      { type: 'slack', action: 'add', scopes: ['chat:write'], added: ['chat:write'] },
      { type: 'hubspot', action: 'authorize', scopes: [], why: 'expired' },
      { type: 'gmail', action: 'update', scopes: ['a'], added: ['a'], removed: ['b'] },
      { type: 'notion', action: 'remove', scopes: [], removed: ['all of it'] },
    ],
    notes: ['Stripe was not asked.'],
  };
  assert.ok(isPlan(plan));
  assert.equal(
    planText(plan, 'CRM', (type) => (type === 'googlecalendar' ? 'Google Calendar' : type)),
    `Push of CRM, from base44/connectors
- 1 to remove
+ 1 to add
! 1 to change
! 1 to authorize

- notion           is removed: no file declares it

+ slack            is added, then pending authorization
+     chat:write

! hubspot          is to be authorized (expired)

! gmail            gets the scopes of its file
+     a
-     b

  Google Calendar  stays as it is

! Stripe was not asked.
`,
  );
});

test('a plan without steps says so', () => {
  assert.match(planText({ app: 'a', folder: 'f', steps: [] }, 'CRM'), /^Push of CRM, from f\n {2}nothing to do\n/);
});

test('a deed that is not known yet is named', () => {
  const plan = { app: 'a', folder: 'f', steps: [{ type: 'slack', action: 'archive', scopes: [] }] };
  assert.match(planText(plan, 'CRM'), /^! slack {2}archive$/m);
});

test('an answer of another shape is no plan', () => {
  for (const answer of [null, 'text', {}, { app: 'a', folder: 'f', steps: [{}] }]) {
    assert.equal(isPlan(answer), false);
  }
});
