/** The test function: each test gets its own project and editor, and both are gone afterwards. */

import { expect, test as base } from '@playwright/test';

import { Editor, type EditorOptions } from './editor.ts';
import { Project } from './project.ts';
import { Sandbox } from './sandbox.ts';

export interface Fixtures {
  /** The platform of this test. */
  sandbox: Sandbox;
  /** Makes a project that is removed after the test. */
  newProject: (connectors?: Record<string, string>) => Promise<Project>;
  /** Whether every message is held to what is read at a glance. */
  readAtAGlance: boolean;
  /** Opens an editor that is closed after the test. */
  openEditor: (project: Project, options?: EditorOptions) => Promise<Editor>;
}

export const test = base.extend<Fixtures>({
  sandbox: async ({}, use) => {
    const sandbox = await Sandbox.start();
    await use(sandbox);
    await sandbox.stop();
  },
  newProject: async ({}, use) => {
    const made: Project[] = [];
    await use(async (connectors) => {
      const project = await Project.create(connectors);
      made.push(project);
      return project;
    });
    await Promise.all(made.map((project) => project.remove()));
  },
  readAtAGlance: [true, { option: true }],
  openEditor: async ({ page, newProject: _, readAtAGlance }, use) => {
    const opened: Editor[] = [];
    await use(async (project, options) => {
      const editor = await Editor.open(page, project, options);
      opened.push(editor);
      return editor;
    });
    const told = readAtAGlance ? await Promise.all(opened.map((editor) => editor.told)) : [];
    await Promise.all(opened.map((editor) => editor.close()));
    // Whatever was done: no message is longer than is read at a glance, no third one comes beside two, and nothing sends to
    // a terminal.
    for (const { longest, most, orders } of told.flat()) {
      expect.soft(longest.length, longest).toBeLessThanOrEqual(120);
      expect.soft(most).toBeLessThanOrEqual(2);
      expect.soft(orders).toEqual([]);
    }
  },
});

export { expect } from '@playwright/test';
