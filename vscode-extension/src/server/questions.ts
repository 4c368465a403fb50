/** Questions of the server: a command that waits for the answer asks in a dialog, so that it cannot scroll away. */

import { window } from 'vscode';
import { MessageType, type MessageActionItem, type ShowMessageRequestParams } from 'vscode-languageclient/node';

/** An answer, as the server describes it. */
interface Answer extends MessageActionItem {
  /** It ends the command that waits for it; where none does, no command waits. */
  cancels?: boolean;
}

/** Asks the person; null where they chose nothing. */
export async function ask({ type, message, actions: answers = [] }: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  const actions: Answer[] = answers;
  const waits = actions.some(({ cancels }) => cancels);
  const show =
    type === MessageType.Error
      ? window.showErrorMessage
      : type === MessageType.Warning
        ? window.showWarningMessage
        : window.showInformationMessage;
  if (!waits) {
    return (await show(message, ...actions)) ?? null;
  }
  const { question, detail } = parts(message);
  const items = actions.map((action) => ({ ...action, isCloseAffordance: action.cancels === true }));
  const chosen = await show(question, { modal: true, ...(detail === '' ? {} : { detail }) }, ...items);
  return chosen === undefined ? null : { title: chosen.title };
}

/** The first sentence is what is asked; what stands behind it explains. */
function parts(message: string): { question: string; detail: string } {
  const end = /^[^]*?[.?!](?=\s)/.exec(message)?.[0] ?? message;
  return { question: end, detail: message.slice(end.length).trim() };
}
