/** The themes that every colour of ours has to be seen in. */

import { expect } from '@playwright/test';

import type { Editor } from './editor.ts';

export const themes = {
  light: { name: 'Light Modern', setting: 'Default Light Modern', mark: /\bvs\b/ },
  dark: { name: 'Dark Modern', setting: 'Default Dark Modern', mark: /\bvs-dark\b/ },
  'high-contrast': { name: 'Dark High Contrast', setting: 'Default High Contrast', mark: /\bhc-black\b/ },
  'high-contrast-light': { name: 'Light High Contrast', setting: 'Default High Contrast Light', mark: /\bhc-light\b/ },
};

export type Theme = keyof typeof themes;

/** Has the window put on a theme, as a person does. */
export async function wear(editor: Editor, theme: Theme): Promise<void> {
  const workbench = editor.page.locator('.monaco-workbench');
  if (themes[theme].mark.test((await workbench.getAttribute('class')) ?? '')) {
    return;
  }
  await editor.openPalette('Preferences: Color Theme');
  // There is one more of nearly that name, which asks a marketplace.
  await editor.palette('Preferences: Color Theme').first().click();
  await editor.page.getByPlaceholder('Select Color Theme').fill(themes[theme].name);
  await expect(editor.palette(themes[theme].name).first()).toHaveClass(/focused/);
  await editor.page.keyboard.press('Enter');
  await expect(workbench).toHaveClass(themes[theme].mark);
}
