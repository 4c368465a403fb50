/** A fix that an agent asks for: one of those that the check named, applied as a click on the light bulb would. */

import { commands, Range, Uri, workspace, type CodeAction } from 'vscode';

import { isBelow } from '../places';
import { findingsRequest, type ProjectStatus } from '../protocol';
import type { Server } from '../server/server';

/** A fix as the check names it. */
export interface WantedFix {
  file: string;
  line: number;
  fix: string;
}

/** Applies it, and saves what had no changes of the person's own. */
export async function applyFix(server: Server, project: ProjectStatus, { file, line, fix }: WantedFix): Promise<unknown> {
  const answer = await server.request(findingsRequest, { project: project.uri });
  const found = answer?.findings.find((one) => one.file === file && one.line === line && one.fixes.includes(fix));
  const root = Uri.parse(project.uri);
  const uri = Uri.joinPath(root, file);
  if (found === undefined || !isBelow(uri, root)) {
    throw new Error('There is no such fix, or the file has changed since. Check again, and take a fix from that answer.');
  }
  await workspace.openTextDocument(uri);
  const at = new Range(found.line - 1, found.column - 1, found.line - 1, found.column - 1);
  const actions = await commands.executeCommand<CodeAction[]>('vscode.executeCodeActionProvider', uri, at);
  const edit = actions.find(({ title }) => title === fix)?.edit;
  if (edit === undefined) {
    throw new Error('This fix is done by another tool: push, or authorize.');
  }
  const dirty = new Set(workspace.textDocuments.filter(({ isDirty }) => isDirty).map((document) => document.uri.toString()));
  if (!(await workspace.applyEdit(edit))) {
    throw new Error('The editor did not change the file. Check again.');
  }
  const changed = edit.entries().map(([changedUri]) => changedUri.toString());
  const clean = workspace.textDocuments.filter((document) => changed.includes(document.uri.toString()) && !dirty.has(document.uri.toString()));
  await Promise.all(clean.map((document) => document.save()));
  return { fix, changed: changed.map((one) => workspace.asRelativePath(Uri.parse(one))) };
}
