/** The language server as a process: started where it is needed, restarted, and told of where it cannot run. */

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { serverBinary } from '../support/places.ts';
import { servers } from '../support/processes.ts';
import { expect, test } from '../support/test.ts';

const misspelt = '{ "type": "slack", "scopes": ["chat:wite"] }\n';

test('a server that ends is started again, and not for ever', async ({ newProject, openEditor }) => {
  const project = await newProject({ slack: misspelt });
  const editor = await openEditor(project);
  await editor.openFile('slack.jsonc');
  await expect(editor.squiggles('warning')).toBeVisible();
  const message = editor.notifications.filter({ hasText: 'keeps ending by itself' });
  for (let round = 0; round < 4; round++) {
    await expect.poll(servers).toHaveLength(1);
    const [server] = await servers();
    // It counts as running once it has answered, and what only the one before can have said is no answer.
    const wrong = ['chat:wite', 'channels:raed', 'files:raed', 'users:raed'].slice(0, round + 1);
    await project.write('base44/connectors/slack.jsonc', `{ "type": "slack", "scopes": [\n"${wrong.join('",\n"')}",\n] }\n`);
    await expect(editor.squiggles('warning')).toHaveCount(wrong.length);
    process.kill(server ?? 0, 'SIGKILL');
    await expect.poll(async () => (await servers()).includes(server ?? 0)).toBe(false);
  }
  await expect(message).toBeVisible();
  expect(await servers()).toEqual([]);
  await expect(editor.status).toContainText('server stopped');

  await message.getByRole('button', { name: 'Restart' }).click();
  await expect(editor.squiggles('warning')).toHaveCount(4);
  await expect(editor.status).not.toContainText('server stopped');
});

test('a server that cannot run is told with a way out', async ({ newProject, openEditor }) => {
  const project = await newProject({ slack: misspelt });
  const other = join(project.base, 'other-architecture');
  // The head of a program for another processor.
  await writeFile(other, Buffer.from('7f454c4602010100000000000000000003002800', 'hex'), { mode: 0o755 });
  await mkdir(join(project.base, 'editor', 'Machine'), { recursive: true });
  const settings = join(project.base, 'editor', 'Machine', 'settings.json');
  await writeFile(settings, JSON.stringify({ 'base44Connectors.serverPath': other }));
  const editor = await openEditor(project);
  const message = editor.notifications.filter({ hasText: 'cannot be used as the language server' });
  await expect(message).toBeVisible();
  await expect(editor.status).toContainText('server stopped');

  await writeFile(settings, '{}');
  await editor.openFile('slack.jsonc');
  await expect(editor.squiggles('warning')).toBeVisible();
});

test('a server that is missing is told, and tried again', async ({ newProject, openEditor }) => {
  const project = await newProject({ slack: misspelt });
  const missing = join(project.base, 'base44-connectors');
  await mkdir(join(project.base, 'editor', 'Machine'), { recursive: true });
  const settings = join(project.base, 'editor', 'Machine', 'settings.json');
  await writeFile(settings, JSON.stringify({ 'base44Connectors.serverPath': missing }));
  const editor = await openEditor(project, { file: 'base44/connectors/slack.jsonc' });
  await expect(editor.notifications.filter({ hasText: `There is no language server at ${missing}` })).toBeVisible();
  await symlink(serverBinary, missing);
  await editor.answer('There is no language server', 'Try Again');
  await expect(editor.squiggles('warning')).toBeVisible();
  await expect(editor.status).not.toContainText('server stopped');
});

test('a workspace cannot name the server or the platform', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack: misspelt });
  await sandbox.signIn(project);
  await project.write(
    '.vscode/settings.json',
    JSON.stringify({ 'base44Connectors.serverPath': '/bin/false', 'base44Connectors.apiUrl': sandbox.url }),
  );
  const editor = await openEditor(project, { env: { BASE44_API_URL: 'http://127.0.0.1:9' } });
  await editor.openFile('slack.jsonc');
  await expect(editor.squiggles('warning')).toBeVisible();
  await expect(editor.status).toContainText('offline');
  expect(await sandbox.requests()).toEqual([]);
});
