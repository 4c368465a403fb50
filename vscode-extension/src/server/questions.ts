/** Questions of the server: a command that waits for the answer asks in a dialog, so that it cannot scroll away. */

import { MessageType, type MessageActionItem, type ShowMessageRequestParams } from 'vscode-languageclient/node';

import { shower, tell, type Kind } from '../messages';

/** An answer, as the server describes it. */
interface Answer extends MessageActionItem {
  /** It ends the command that waits for it; where none does, no command waits. */
  cancels?: boolean;
}

/** Asks the person; null where they chose nothing. */
export async function ask({ type, message, actions: answers = [] }: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  const actions: Answer[] = answers;
  const waits = actions.some(({ cancels }) => cancels);
  const kind = kindOf(type);
  if (!waits) {
    return (await tell(kind, message, ...actions)) ?? null;
  }
  const { question, detail } = parts(message);
  const items = actions.map((action) => ({ ...action, isCloseAffordance: action.cancels === true }));
  const chosen = await shower(kind)(question, { modal: true, ...(detail === '' ? {} : { detail }) }, ...items);
  return chosen === undefined ? null : { title: chosen.title };
}

/** How much a message of the server matters. */
export function kindOf(type: MessageType): Kind {
  if (type === MessageType.Error) {
    return 'error';
  }
  return type === MessageType.Warning ? 'warning' : 'information';
}

/** The first sentence is what is asked; what stands behind it explains. */
function parts(message: string): { question: string; detail: string } {
  const end = /^[^]*?[.?!](?=\s)/.exec(message)?.[0] ?? message;
  return { question: end, detail: message.slice(end.length).trim() };
}
