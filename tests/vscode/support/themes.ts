/** The themes that every colour of ours has to be seen in. */

import { expect } from '@playwright/test';

import type { Editor } from './editor.ts';

export const themes = {
  light: { name: 'Light Modern', mark: /\bvs\b/ },
  dark: { name: 'Dark Modern', mark: /\bvs-dark\b/ },
  'high-contrast': { name: 'Dark High Contrast', mark: /\bhc-black\b/ },
  'high-contrast-light': { name: 'Light High Contrast', mark: /\bhc-light\b/ },
};

/** Has the window put on a theme, as a person does. */
export async function wear(editor: Editor, theme: keyof typeof themes): Promise<void> {
  const workbench = editor.page.locator('.monaco-workbench');
  if (themes[theme].mark.test((await workbench.getAttribute('class')) ?? '')) {
    return;
  }
  await editor.run('Preferences: Color Theme');
  await editor.page.getByPlaceholder('Select Color Theme').fill(themes[theme].name);
  await editor.page.keyboard.press('Enter');
  await expect(workbench).toHaveClass(themes[theme].mark);
}
