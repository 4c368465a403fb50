/** The way on where functions use connectors and nothing says yet which app they are of. */

import { CodeAction, CodeActionKind, languages, Uri, type CodeActionProvider, type Diagnostic, type Disposable, type TextDocument } from 'vscode';

import { codeOf } from './findings';
import type { Projects } from './projects';

/** Offers to make a project of the app's folder, wherever the server says that there is none. */
export function offersSetUp(projects: Projects): Disposable {
  const provider: CodeActionProvider = {
    provideCodeActions: (document, _, { diagnostics }) =>
      projects.of(document.uri) === undefined ? diagnostics.filter(isOfNoProject).map((diagnostic) => setUp(document, diagnostic)) : [],
  };
  return languages.registerCodeActionsProvider({ scheme: 'file' }, provider, { providedCodeActionKinds: [CodeActionKind.QuickFix] });
}

function isOfNoProject(finding: Diagnostic): boolean {
  return finding.source === 'base44' && codeOf(finding) === 'missing-connector';
}

function setUp({ uri }: TextDocument, diagnostic: Diagnostic): CodeAction {
  const action = new CodeAction('Set up this folder for an app of yours', CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = true;
  action.command = { command: 'base44Connectors.setUpFolder', title: action.title, arguments: [appOf(uri)] };
  return action;
}

/** The folder of the app that a function lies in: above `base44`, or above `functions` where it is older. */
function appOf(file: Uri): Uri {
  const root = /^(.*?)(?:\/base44)?\/functions\//.exec(file.path)?.[1];
  return root === undefined ? file : file.with({ path: root === '' ? '/' : root });
}
