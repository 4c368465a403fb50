/** The themes that every colour of ours has to be seen in. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import type { Editor } from './editor.ts';

export const themes = {
  light: { name: 'Default Light Modern', mark: /\bvs\b/ },
  dark: { name: 'Default Dark Modern', mark: /\bvs-dark\b/ },
  'high-contrast': { name: 'Default High Contrast', mark: /\bhc-black\b/ },
  'high-contrast-light': { name: 'Default High Contrast Light', mark: /\bhc-light\b/ },
};

/** Has the window put on a theme. */
export async function wear(editor: Editor, theme: keyof typeof themes): Promise<void> {
  const file = join(editor.project.base, 'editor', 'User', 'settings.json');
  const settings = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  settings['workbench.colorTheme'] = themes[theme].name;
  settings['window.autoDetectColorScheme'] = false;
  settings['window.autoDetectHighContrast'] = false;
  await writeFile(file, JSON.stringify(settings));
  await expect(editor.page.locator('.monaco-workbench')).toHaveClass(themes[theme].mark);
}
