/** Consents that come to nothing, or to something else than was meant, and an app that is gone. */

import type { Locator } from '@playwright/test';

import { answerPage, leavePage } from '../support/browser.ts';
import type { Editor } from '../support/editor.ts';
import { appId } from '../support/project.ts';
import { terminal } from '../support/terminal.ts';
import { expect, test, type Fixtures } from '../support/test.ts';

const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write", "channels:read"],\n}\n';

/** A window whose one connector, Slack's, is pending authorization, with its row. */
async function waitingForConsent({
  sandbox,
  newProject,
  openEditor,
}: Pick<Fixtures, 'sandbox' | 'newProject' | 'openEditor'>): Promise<{ editor: Editor; row: Locator }> {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  const row = (await editor.connectors()).filter({ hasText: 'Slack User' });
  await expect(row).toContainText('pending');
  return { editor, row };
}

test('a consent that leaves a permission out is told with a way to try again, and counts on', async ({ sandbox, newProject, openEditor }) => {
  const { editor, row } = await waitingForConsent({ sandbox, newProject, openEditor });
  await expect(editor.status).toContainText('1 pending');
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.act(row, 'Authorize')]);
  await consent.getByRole('checkbox').first().uncheck();
  await answerPage(consent, 'Approve');
  await expect(editor.notifications.filter({ hasText: 'Not authorized: Slack User. Approve every permission in the browser.' })).toBeVisible();
  await expect(row).toContainText('not authorized');
  await expect(editor.status).toContainText('1 pending');
  // Another account than the one of Base44 may well be meant: the row says whose it is.
  const [again] = await Promise.all([editor.page.waitForEvent('popup'), editor.answer('Not authorized', 'Authorize Again')]);
  await again.getByLabel('ada.work@example.org').check();
  await answerPage(again, 'Approve');
  await expect(row).toContainText('ada.work@example.org · 2 scopes');
  await expect(editor.status).not.toContainText('pending');
});

test('a consent that nobody gives in time is told, and waits on', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await sandbox.set({ consent_seconds: 3 });
  const editor = await openEditor(project, { env: sandbox.env });
  const row = (await editor.connectors()).filter({ hasText: 'Slack User' });
  await expect(row).toContainText('not pushed');
  await editor.act(row, 'Push Connectors');
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.answer('Slack User', /^Authorize/)]);
  await expect(editor.notifications.filter({ hasText: 'Not authorized: Slack User.' })).toBeVisible();
  await leavePage(consent);
  await expect(editor.status).toContainText('1 pending');
});

test('a wait for a consent that is cancelled says so once, and the connector stays pending', async ({ sandbox, newProject, openEditor }) => {
  const { editor, row } = await waitingForConsent({ sandbox, newProject, openEditor });
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.act(row, 'Authorize')]);
  await leavePage(consent);
  await editor.page.locator('.statusbar-item', { hasText: 'waiting for Slack User in the browser' }).click();
  await editor.page.getByRole('button', { name: 'Cancel' }).click();
  await expect(editor.notifications.filter({ hasText: 'in the browser' })).toHaveCount(0);
  await expect(row).toContainText('pending');
  await expect(editor.status).toContainText('1 pending');
});

test('a login that is void while a consent is waited for leads to signing in', async ({ sandbox, newProject, openEditor }) => {
  const { editor, row } = await waitingForConsent({ sandbox, newProject, openEditor });
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.act(row, 'Authorize')]);
  await leavePage(consent);
  await sandbox.revokeLogins();
  const told = editor.notifications.filter({ hasText: 'sign in again' });
  await expect(told.getByRole('button', { name: 'Sign In' })).toBeVisible();
  await expect(editor.status).toContainText('signed out');
  await expect(editor.page.locator('.statusbar-item', { hasText: 'in the browser' })).toHaveCount(0);
});

test('a consent that another user gave meanwhile is told with whose it is, and leads to reconnecting', async ({ sandbox, newProject, openEditor }) => {
  const { editor, row } = await waitingForConsent({ sandbox, newProject, openEditor });
  const [consent] = await Promise.all([editor.page.waitForEvent('popup'), editor.act(row, 'Authorize')]);
  await answerPage(consent, 'Deny');
  await sandbox.change({ other_users: { slack: 'bob@example.com' } });
  await editor.answer('Not authorized', 'Authorize Again');
  await expect(editor.notifications.filter({ hasText: 'Slack User was not authorized: it is already connected by bob@example.com.' })).toBeVisible();
  await expect(row).toContainText('another user · bob@example.com');
  await editor.answer('bob@example.com', 'Reconnect Slack User');
  const [again] = await Promise.all([editor.page.waitForEvent('popup'), editor.decide('Reconnect Slack User')]);
  await answerPage(again, 'Approve');
  await expect(row).toContainText('ada@example.com · 2 scopes');
});

test('where a file names another app than the linked one, nothing is sent before the person agreed to that app', async ({
  sandbox,
  newProject,
  openEditor,
}) => {
  const project = await newProject({ slack });
  await project.write('.env', 'BASE44_APP_ID=another-app\n');
  await sandbox.signIn(project);
  const editor = await openEditor(project, { env: sandbox.env });
  const row = (await editor.connectors()).filter({ hasText: 'Slack User' });
  await expect(row).toContainText('not pushed');
  await editor.act(row, 'Push Connectors');
  await expect(editor.dialog).toContainText('Change the app another-app?');
  await expect(editor.dialog).toContainText(`.env names the app another-app, and the project is linked to ${appId}.`);
  await editor.decide('Cancel');
  expect((await sandbox.requests()).filter((request) => !request.startsWith('GET'))).toEqual([]);
  await editor.act(row, 'Push Connectors');
  await editor.decide('Change another-app');
  await editor.answer('Slack User', 'Later');
  await expect(row).toContainText('pending');
  expect(await sandbox.connectors()).toEqual({});
});

test('an app that is gone is told in the view, and the project is linked to another', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await sandbox.signIn(project);
  await terminal(project, sandbox, 'push', '--yes');
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await editor.openFile('slack.jsonc');
  await expect(editor.lenses.filter({ hasText: 'Authorize' })).toBeVisible();
  await expect(editor.badge).toHaveText('1');
  await sandbox.set({ app_ids: ['another-app'] });
  await editor.run('Base44: Pull Connectors');
  const told = editor.notifications.filter({ hasText: 'Check that this account has the app.' });
  await expect(told.getByRole('button', { name: 'Link to an App' })).toBeVisible();
  // Nothing that was heard of it counts any more, and nothing is offered for it.
  await expect(editor.status).toContainText('no app');
  await expect(rows.filter({ hasText: 'Slack User' })).not.toContainText('pending');
  await expect(editor.badge).toBeHidden();
  await expect(editor.squiggles('warning')).toHaveCount(0);
  await expect(editor.lenses).toHaveCount(0);
  await rows.filter({ hasText: 'No app' }).click();
  await editor.palette('another-app').click();
  await expect(rows.filter({ hasText: 'Slack User' })).toContainText('not pushed');
  expect(await project.read('base44/.app.jsonc')).toBe('{ "id": "another-app" }\n');
});
