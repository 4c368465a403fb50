/** A new connector in two steps: the service, then what it may do. */

import { QuickPickItemKind, window, type QuickPickItem } from 'vscode';

import { scopesRequest, typesRequest, type ProjectStatus, type ScopeChoice, type TypeChoice } from './protocol';
import type { Server } from './server/server';
import { typeBeside, withoutIcons } from './words';

const powers: Record<ScopeChoice['power'], string> = {
  usual: 'usual',
  reading: 'reading',
  writing: 'writing',
  administering: 'administering',
  restricted: 'restricted',
};

/** Asks, and has the file written and opened; nothing is written where either step is left. */
export async function newConnector(server: Server, project: ProjectStatus): Promise<void> {
  const type = await chosenType(server, project);
  if (type === undefined) {
    return;
  }
  const scopes = type.takesScopes ? await chosenScopes(server, type) : [];
  if (scopes !== undefined) {
    await server.execute('base44.createConnector', { project: project.uri, types: [type.type], scopes });
  }
}

async function chosenType(server: Server, project: ProjectStatus): Promise<TypeChoice | undefined> {
  const answer = await server.request(typesRequest, { project: project.uri });
  const types = answer?.types ?? [];
  const free = types.filter(({ declared }) => !declared);
  const missing = free.filter(({ offered }) => offered === false).length;
  const picked = await window.showQuickPick(
    free
      .filter(({ offered }) => offered !== false)
      .map((type) => withoutIcons({ label: type.displayName, description: typeBeside(type), detail: type.description, type })),
    {
      title: `New connector for ${project.name} (1/2)`,
      placeHolder: missing === 0 ? 'Which service?' : `Which service? ${missing} more are not available to this app.`,
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return picked?.type;
}

async function chosenScopes(server: Server, type: TypeChoice): Promise<string[] | undefined> {
  const answer = await server.request(scopesRequest, { type: type.type });
  const choices = answer?.scopes ?? [];
  if (choices.length === 0) {
    return [];
  }
  const items: (QuickPickItem & { scope?: string })[] = [];
  choices.forEach((choice, at) => {
    if (choice.power !== choices[at - 1]?.power) {
      items.push({ label: powers[choice.power], kind: QuickPickItemKind.Separator });
    }
    // What is cut at the end must not be the warning.
    const restricted = choice.restricted && choice.power !== 'restricted' ? 'Restricted. ' : '';
    items.push(withoutIcons({ label: choice.label, description: `${restricted}${choice.summary}`, scope: choice.scope }));
  });
  const picked = await window.showQuickPick(items, {
    title: `${type.displayName}: what may the app do? (2/2)`,
    placeHolder: choices.some(({ restricted }) => restricted)
      ? 'Least power first: choose few. Restricted: after a review.'
      : 'Least power first: choose as few as the app needs.',
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.flatMap(({ scope }) => scope ?? []);
}
