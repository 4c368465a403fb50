/** Links a project to its app: the person chooses among their apps, or gives one, and the file that names it is written. */

import { commands, FileType, QuickPickItemKind, ThemeIcon, Uri, window, workspace, type QuickPickItem } from 'vscode';

import { appIdIn } from './appId';
import type { Apps, ProjectStatus } from './protocol';
import type { Server } from './server/server';
import { withoutIcons } from './words';

const names = ['.app.jsonc', '.app.json'];
/** Where such a file names the app. */
const named = /("id"\s*:\s*)"[^"\n]*"/;
const configs = ['config.jsonc', 'config.json'];
/** An id is looked up once the typing has paused for this long, in milliseconds. */
const PAUSE_MS = 300;

/** An app, as far as it is known. */
interface Chosen {
  id: string;
  name?: string;
}

export async function linkApp(server: Server, project: ProjectStatus): Promise<void> {
  const folder = await settingsFolder(Uri.parse(project.uri));
  const existing = await firstOf(folder, names);
  const before = existing === undefined ? '' : new TextDecoder().decode(await workspace.fs.readFile(existing));
  if (existing !== undefined && !named.test(before)) {
    // It is there and names no app: what else it says is the person's.
    await commands.executeCommand('vscode.open', existing);
    return;
  }
  const app = await chosenApp(server, `Link ${project.name} to an app`, project.uri);
  if (app !== undefined) {
    const id = JSON.stringify(app.id);
    const text = existing === undefined ? `{ "id": ${id} }\n` : before.replace(named, (_, key: string) => `${key}${id}`);
    await write(existing ?? Uri.joinPath(folder, '.app.jsonc'), text);
  }
}

/** Makes a project of a folder, or of the open one, for an app that the person chooses. What is there already stays. */
export async function setUpFolder(server: Server, given?: Uri): Promise<void> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0) {
    await commands.executeCommand('vscode.openFolder');
    return;
  }
  const open = folders.length === 1 ? folders[0] : undefined;
  const folder = given ?? (open ?? (await window.showWorkspaceFolderPick({ placeHolder: 'Which folder?' })))?.uri;
  if (folder === undefined) {
    return;
  }
  const name = folder.path.slice(folder.path.lastIndexOf('/') + 1);
  const settings = Uri.joinPath(folder, 'base44');
  // A folder that names its app needs no other.
  const isLinked = (await firstOf(settings, names)) !== undefined;
  const app = isLinked ? undefined : await chosenApp(server, `Set up ${name} for an app`);
  if (app === undefined && !isLinked) {
    return;
  }
  if (app !== undefined) {
    await write(Uri.joinPath(settings, '.app.jsonc'), `{ "id": ${JSON.stringify(app.id)} }\n`);
  }
  // The config is what makes it a project, so it comes last.
  if ((await firstOf(settings, configs)) === undefined) {
    await write(Uri.joinPath(settings, 'config.jsonc'), `{\n  "name": ${JSON.stringify(app?.name ?? name)}\n}\n`);
  }
  await commands.executeCommand('base44Connectors.connectors.focus');
}

/** The app that the person means; who is signed out can sign in on the way. */
async function chosenApp(server: Server, title: string, project?: string): Promise<Chosen | undefined> {
  const items = listed(server, project).then(({ apps, problem }): (QuickPickItem & { does: 'signIn' | 'enter' | Chosen })[] => [
    ...apps.map((app) => withoutIcons({ label: app.name, iconPath: new ThemeIcon('window'), description: app.id, detail: app.description, does: app })),
    ...(apps.length === 0 ? [] : [{ label: '', kind: QuickPickItemKind.Separator, does: 'enter' as const }]),
    ...(problem?.kind === 'signedOut'
      ? [{ label: 'Sign In to See Your Apps', iconPath: new ThemeIcon('account'), does: 'signIn' as const }]
      : []),
    {
      label: "Enter the App's Address or Id…",
      iconPath: new ThemeIcon('edit'),
      ...(problem === null || problem.kind === 'signedOut' ? {} : { detail: `Your apps cannot be listed. ${problem.message}` }),
      does: 'enter',
    },
  ]);
  const picked = await window.showQuickPick(items, { title, placeHolder: 'Which app?', matchOnDescription: true, ignoreFocusOut: true });
  switch (picked?.does) {
    case undefined:
      return undefined;
    case 'enter':
      return enteredApp(server, title, project);
    case 'signIn': {
      const who = await server.execute('base44.signIn', project === undefined ? {} : { project });
      return who === undefined || who === null ? undefined : chosenApp(server, title, project);
    }
    default:
      return picked?.does;
  }
}

/** The app of an address or id that the person gives; what the account has not is said before it is taken. */
async function enteredApp(server: Server, title: string, project?: string): Promise<Chosen | undefined> {
  const known = new Map<string, Promise<Apps>>();
  const lookUp = (id: string): Promise<Apps> => {
    const found = known.get(id) ?? listed(server, project, id);
    known.set(id, found);
    return found;
  };
  let latest = '';
  const answer = await window.showInputBox({
    title,
    prompt: 'Paste the address of the app in the Base44 editor, or its id.',
    placeHolder: 'https://app.base44.com/apps/…',
    ignoreFocusOut: true,
    validateInput: async (text) => {
      latest = text;
      const id = appIdIn(text);
      if (text.trim() === '' || id === undefined) {
        return id === undefined && text.trim() !== '' ? 'This is neither the address of an app nor an id.' : undefined;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const isMissing = latest === text && (await lookUp(id)).problem?.kind === 'notFound';
      return isMissing ? 'Your account has no app with this id.' : undefined;
    },
  });
  const id = answer === undefined ? undefined : appIdIn(answer);
  return id === undefined ? undefined : { ...(await lookUp(id)).apps[0], id };
}

/** The person's apps, or the one of this id. */
async function listed(server: Server, project?: string, app?: string): Promise<Apps> {
  const target = { ...(project === undefined ? {} : { project }), ...(app === undefined ? {} : { app }) };
  const answer = (await server.execute('base44.listApps', target)) as Apps | null | undefined;
  return answer ?? { apps: [], problem: null };
}

/** Where the project's own settings are: beside the config, as everything else of Base44 has it. */
async function settingsFolder(root: Uri): Promise<Uri> {
  const folder = Uri.joinPath(root, 'base44');
  return (await is(folder, FileType.Directory)) ? folder : root;
}

async function firstOf(folder: Uri, names: string[]): Promise<Uri | undefined> {
  for (const name of names) {
    const file = Uri.joinPath(folder, name);
    if (await is(file, FileType.File)) {
      return file;
    }
  }
  return undefined;
}

async function write(file: Uri, text: string): Promise<void> {
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
}

async function is(uri: Uri, type: FileType): Promise<boolean> {
  try {
    return ((await workspace.fs.stat(uri)).type & type) !== 0;
  } catch {
    return false;
  }
}
