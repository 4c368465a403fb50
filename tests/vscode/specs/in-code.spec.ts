/** What is said of code beyond the function that is open: in pages, and before a push that takes something from functions. */

import { sending } from '../support/samples.ts';
import { expect, test } from '../support/test.ts';

const calendar = '{ "type": "googlecalendar", "scopes": ["https://www.googleapis.com/auth/calendar.events"] }\n';
const slack = '{ "type": "slack", "scopes": ["chat:write"] }\n';

const page = `import { base44 } from '@/api/base44Client';

export default function Digest() {
  const send = async () => {
    const { accessToken } = await base44.asServiceRole.connectors.getConnection('slack');
    await fetch('https://slack.com/api/chat.postMessage', { method: 'POST', headers: { Authorization: \`Bearer \${accessToken}\` } });
  };
  return <button onClick={send}>Send</button>;
}
`;

test('a page that takes a token is underlined there, and the panel says where it belongs', async ({ newProject, openEditor }) => {
  const project = await newProject({ googlecalendar: calendar, slack });
  await project.write('base44/functions/send/entry.ts', sending);
  await project.write('src/pages/Digest.jsx', page);
  const editor = await openEditor(project);
  await editor.openFile('slack.jsonc');
  const problem = (await editor.problems()).filter({ hasText: 'no-service-role' });
  await expect(problem).toContainText("The service's rights are not there in a page");
  await editor.openFile('Digest.jsx');
  await expect(editor.squiggles('warning').first()).toBeVisible();
});

test('a push that takes a connector from functions names them before it does', async ({ sandbox, newProject, openEditor }) => {
  const project = await newProject({ slack });
  await project.write('base44/functions/sendDigest/entry.ts', sending);
  await sandbox.signIn(project);
  await sandbox.change({ connectors: { slack: { status: 'active', scopes: ['chat:write'] }, googlecalendar: { status: 'active' } } });
  const editor = await openEditor(project, { env: sandbox.env });
  await editor.openFile('slack.jsonc');
  await editor.run('Base44: Push Connectors');
  await expect(editor.dialog).toContainText('Remove Google Calendar');
  await expect(editor.dialog).toContainText('used by sendDigest');
  await editor.decide('Cancel');
  expect(Object.keys(await sandbox.connectors())).toContain('googlecalendar');
});
