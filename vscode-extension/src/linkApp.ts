/** Links a project to its app: the person gives the app's id, and the file that names it is written. */

import { commands, FileType, Uri, window, workspace } from 'vscode';

import { appIdIn } from './appId';
import type { ProjectStatus } from './protocol';

const names = ['.app.jsonc', '.app.json'];

export async function linkApp(project: ProjectStatus): Promise<void> {
  const folder = await settingsFolder(Uri.parse(project.uri));
  for (const name of names) {
    const file = Uri.joinPath(folder, name);
    if (await is(file, FileType.File)) {
      // It is there and names no app: what else it says is the person's.
      await commands.executeCommand('vscode.open', file);
      return;
    }
  }
  const answer = await window.showInputBox({
    title: `Link ${project.name} to an app`,
    prompt: 'Paste the address of the app in the Base44 editor, or its id.',
    placeHolder: 'https://app.base44.com/apps/…',
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || appIdIn(text) !== undefined ? undefined : 'This is neither the address of an app nor an id.',
  });
  const id = answer === undefined ? undefined : appIdIn(answer);
  if (id === undefined) {
    return;
  }
  const text = `{ "id": ${JSON.stringify(id)} }\n`;
  await workspace.fs.writeFile(Uri.joinPath(folder, '.app.jsonc'), new TextEncoder().encode(text));
}

/** Where the project's own settings are: beside the config, as everything else of Base44 has it. */
async function settingsFolder(root: Uri): Promise<Uri> {
  const folder = Uri.joinPath(root, 'base44');
  return (await is(folder, FileType.Directory)) ? folder : root;
}

async function is(uri: Uri, type: FileType): Promise<boolean> {
  try {
    return ((await workspace.fs.stat(uri)).type & type) !== 0;
  } catch {
    return false;
  }
}
