/** Edits that a command of the server makes: a person asked for the result, so it is saved and shown. */

import { Uri, window, workspace } from 'vscode';
import type { ApplyWorkspaceEditParams } from 'vscode-languageclient/node';

/** Applies an edit. What had no changes of the person's own before has none to be saved after it, and the file is in front. */
export async function savingWhatWasClean<T>({ edit }: ApplyWorkspaceEditParams, apply: () => T | PromiseLike<T>): Promise<T> {
  const files = touched(edit).map((uri) => Uri.parse(uri));
  const isDirty = (file: Uri): boolean =>
    workspace.textDocuments.some((document) => document.isDirty && document.uri.toString() === file.toString());
  const clean = files.filter((file) => !isDirty(file));
  const result = await apply();
  for (const file of clean) {
    const document = workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
    await document?.save();
  }
  const [first] = files;
  if (first !== undefined) {
    await window.showTextDocument(first, { preview: false });
  }
  return result;
}

function touched({ changes, documentChanges }: ApplyWorkspaceEditParams['edit']): string[] {
  const versioned = (documentChanges ?? []).flatMap((change) => ('textDocument' in change ? [change.textDocument.uri] : []));
  return [...new Set([...Object.keys(changes ?? {}), ...versioned])];
}
