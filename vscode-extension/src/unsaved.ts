/** A push takes what is saved, so what is not is offered to be saved first. */

import { Uri, window, workspace } from 'vscode';

import { holds } from './languages';
import type { ProjectStatus } from './protocol';

/** Whether to go on: nothing was unsaved, or the person had it saved. */
export async function saveFirst(project: ProjectStatus): Promise<boolean> {
  const unsaved = workspace.textDocuments.filter((document) => document.isDirty && holds(project, document.uri));
  if (unsaved.length === 0) {
    return true;
  }
  const names = unsaved.map(({ uri }) => uri.path.slice(uri.path.lastIndexOf('/') + 1)).join(', ');
  const save = unsaved.length === 1 ? 'Save and Push' : 'Save All and Push';
  const choice = await window.showWarningMessage(
    `${names} ${unsaved.length === 1 ? 'has' : 'have'} changes that are not saved.`,
    { modal: true, detail: `A push takes what is saved in ${workspace.asRelativePath(Uri.parse(project.uri))}.` },
    save,
  );
  if (choice !== save) {
    return false;
  }
  const saved = await Promise.all(unsaved.map((document) => document.save()));
  return saved.every(Boolean);
}
