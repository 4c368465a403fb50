/** Connector files in a folder of the project's choosing are given their language as they are opened. */

import { languages, Uri, workspace, type Disposable, type TextDocument } from 'vscode';

import { isDirectlyIn } from './places';
import type { Projects } from './projects';
import type { ProjectStatus } from './protocol';
import { connectorLanguage } from './server/server';

/** Languages that a connector file may have been given for want of a better one. */
const replaced = ['json', 'jsonc', 'json5', 'plaintext'];

export function nameLanguages(projects: Projects): Disposable[] {
  const name = (document: TextDocument): void => {
    if (
      document.uri.scheme === 'file' &&
      replaced.includes(document.languageId) &&
      projects.all.some((project) => holds(project, document.uri))
    ) {
      void languages.setTextDocumentLanguage(document, connectorLanguage);
    }
  };
  const nameAll = (): void => {
    workspace.textDocuments.forEach(name);
  };
  nameAll();
  return [workspace.onDidOpenTextDocument(name), projects.onChange(nameAll)];
}

/** Whether a push would read this file: a `.json` or `.jsonc` right in the connectors folder. */
export function holds(project: ProjectStatus, file: Uri): boolean {
  const { folder } = project;
  if (folder === undefined || folder === null) {
    return false;
  }
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  return isDirectlyIn(file, Uri.parse(folder)) && /^[^.].*\.jsonc?$/.test(name);
}
