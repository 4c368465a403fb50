/** By WCAG AA what tells a state stands out three to one from what lies behind it, whatever the theme. */

import { iconContrasts } from '../support/contrast.ts';
import type { Editor } from '../support/editor.ts';
import { expect, test } from '../support/test.ts';
import { themes, wear, type Theme } from '../support/themes.ts';

const slack = '{\n  "type": "slack",\n  "scopes": ["chat:write"],\n}\n';

test('the icons of rows stand out, selected or not', async ({ sandbox, newProject, openEditor }) => {
  test.setTimeout(240_000);
  const project = await newProject({
    slack,
    github: '{ "type": "github", "scopes": ["repo"] }\n',
    googleads: '{ "type": "googleads" }\n',
    googlecalendar: '{ "type": "googlecalendar" }\n',
    hubspott: '{ "type": "hubspott" }\n',
    notion: '{ "type": "notion" }\n',
    nameless: '{ "type": "" }\n',
  });
  await sandbox.signIn(project);
  await sandbox.change({
    connectors: {
      slack: { scopes: ['chat:write'] },
      github: { scopes: ['repo', 'user'] },
      notion: { status: 'expired' },
      gmail: { scopes: [] },
    },
  });
  const editor = await openEditor(project, { env: sandbox.env });
  const rows = await editor.connectors();
  await expect(rows.filter({ hasText: 'Gmail' })).toContainText('no file');
  for (const theme of Object.keys(themes) as Theme[]) {
    await wear(editor, theme);
    await standOut(editor, theme);
    for (let at = 0; at < (await rows.count()); at++) {
      await rows.nth(at).click();
      await expect(rows.nth(at)).toHaveClass(/selected/);
      await standOut(editor, `${theme}, row ${at} selected`);
    }
  }
  await sandbox.stop();
  await editor.run('Base44: Refresh Connectors');
  await expect(rows.filter({ hasText: 'Offline' })).toBeVisible();
  for (const theme of Object.keys(themes) as Theme[]) {
    await wear(editor, theme);
    await standOut(editor, `${theme}, offline`);
  }
});

async function standOut(editor: Editor, where: string): Promise<void> {
  const contrasts = await iconContrasts(await editor.connectors());
  expect(contrasts.length, where).toBeGreaterThan(4);
  for (const { name, contrast } of contrasts) {
    expect.soft(contrast, `${name}: ${where}`).toBeGreaterThanOrEqual(3);
  }
}
