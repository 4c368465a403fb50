/** What each row of the Connectors view shows, says aloud and leads to. */

import {
  DiagnosticSeverity,
  languages,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  type Command,
  type Diagnostic,
} from 'vscode';

import { codeOf } from '../findings';
import type { ConnectorStatus, ConnectorUse, ProjectStatus } from '../protocol';
import { troubleOf, type Trouble } from '../status';
import { rangeOf } from '../uses';
import { platformCodes } from '../vocabulary';
import { descriptionOf, nameOf, plain, scopesOf, spokenOf, typeBeside, wordOf } from '../words';
import { iconOf } from './icons';
import { idOf, isUnfolded, type Row } from './rows';

/** A row as the editor draws it. */
export function itemOf(row: Row): TreeItem {
  const item = itemOfKind(row);
  item.id = idOf(row);
  return item;
}

function itemOfKind(row: Row): TreeItem {
  switch (row.kind) {
    case 'project':
      return projectItem(row.project);
    case 'trouble':
      return troubleItem(row);
    case 'connector':
      return connectorItem(row);
    case 'use':
      return useItem(row);
  }
}

function projectItem(project: ProjectStatus): TreeItem {
  const item = new TreeItem(project.name, TreeItemCollapsibleState.Expanded);
  item.contextValue = ['project', project.dashboard === null ? '' : 'dashboard'].filter(Boolean).join('.');
  item.iconPath = new ThemeIcon('project');
  const trouble = troubleOf(project);
  item.description = trouble?.title.toLowerCase() ?? (project.pending > 0 ? `${project.pending} pending` : '');
  item.tooltip = append(new MarkdownString(), Uri.parse(project.uri).fsPath);
  item.accessibilityInformation = { label: [`Project ${project.name}`, item.description].filter(Boolean).join(', ') };
  return item;
}

const remedies: Record<Trouble['kind'], { icon: string; command: Command }> = {
  noApp: { icon: 'link', command: { command: 'base44Connectors.linkApp', title: 'Link to an App' } },
  error: { icon: 'warning', command: { command: 'base44Connectors.refresh', title: 'Try Again' } },
  offline: { icon: 'debug-disconnect', command: { command: 'base44Connectors.refresh', title: 'Try Again' } },
  signedOut: { icon: 'account', command: { command: 'base44Connectors.signIn', title: 'Sign In' } },
  untrusted: { icon: 'shield', command: { command: 'workbench.trust.manage', title: 'Manage Workspace Trust' } },
};

function troubleItem({ trouble }: { trouble: Trouble }): TreeItem {
  const item = new TreeItem(trouble.title);
  const { icon, command } = remedies[trouble.kind];
  item.description = trouble.message;
  item.tooltip = new MarkdownString().appendText(`${trouble.title}: ${trouble.detail ?? trouble.message}`);
  item.contextValue = `trouble.${trouble.kind}`;
  item.iconPath = new ThemeIcon(icon, new ThemeColor('list.warningForeground'));
  item.command = command;
  item.accessibilityInformation = { label: `${trouble.title}: ${trouble.message} ${command.title}` };
  return item;
}

function connectorItem({ project, connector }: { project: ProjectStatus; connector: ConnectorStatus }): TreeItem {
  const problems = showsProblems(connector) ? problemsOf(connector) : 0;
  const isUsed = isUnfolded({ kind: 'connector', project, connector });
  const item = new TreeItem(nameOf(connector), isUsed ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
  item.description = descriptionOf(connector, problems);
  item.iconPath = problems === 0 ? iconOf(connector) : new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  item.tooltip = tooltipOf(connector);
  item.contextValue = [
    'connector',
    connector.state,
    connector.uri === null ? '' : 'file',
    connector.link === null ? '' : 'link',
    isUsed ? 'used' : '',
    project.dashboard === null ? '' : 'dashboard',
  ]
    .filter((part) => part !== '')
    .join('.');
  item.accessibilityInformation = { label: spokenOf(connector, problems) };
  if (connector.uri !== null) {
    item.command = { command: 'vscode.open', title: 'Open the File', arguments: [Uri.parse(connector.uri)] };
  }
  return item;
}

/** A place in code: the functions that come there, the file, and what is called. */
function useItem({ connector, use }: { connector: ConnectorStatus; use: ConnectorUse }): TreeItem {
  const { functions, calls, file, location } = use;
  const name = functions.length === 0 ? file : functions.join(', ');
  const range = rangeOf(location);
  const item = new TreeItem(name);
  item.description = functions.length === 0 ? '' : file;
  item.iconPath = new ThemeIcon('symbol-function');
  item.contextValue = 'use';
  item.tooltip = append(new MarkdownString(), `${file}:${range.start.line + 1}`);
  for (const call of calls) {
    append(item.tooltip.appendMarkdown('\n\n'), call);
  }
  item.accessibilityInformation = { label: `${name} uses ${nameOf(connector)}, ${file}` };
  item.command = { command: 'vscode.open', title: 'Show the Use', arguments: [Uri.parse(location.uri), { selection: range }] };
  return item;
}

/** Where the platform's side is not known, the row tells of the file's. */
export function showsProblems({ state, uri }: ConnectorStatus): boolean {
  return state === 'unknown' && uri !== null;
}

/** What is wrong in the file itself: what the platform said of it before counts no more, and may stand there a moment longer. */
function problemsOf({ uri }: ConnectorStatus): number {
  const found = uri === null ? [] : languages.getDiagnostics(Uri.parse(uri));
  return found.filter((finding) => finding.severity <= DiagnosticSeverity.Warning && !isOfPlatform(finding)).length;
}

function isOfPlatform(finding: Diagnostic): boolean {
  const code = codeOf(finding);
  return platformCodes.some((one) => one === code);
}

function tooltipOf(connector: ConnectorStatus): MarkdownString {
  const tooltip = new MarkdownString();
  const name = nameOf(connector);
  append(tooltip.appendMarkdown('**'), name).appendMarkdown('**');
  const type = typeBeside({ displayName: name, type: connector.type });
  if (type !== '') {
    append(tooltip, ` (${type})`);
  }
  append(tooltip.appendMarkdown('\n\n'), connector.detail || wordOf(connector));
  const { account, detail } = connector;
  const isNamed = account !== null && detail.includes(account);
  const facts = [isNamed ? '' : (account ?? ''), scopesOf(connector)].filter((fact) => fact !== '');
  if (facts.length > 0) {
    append(tooltip.appendMarkdown('\n\n'), facts.join(' · '));
  }
  return tooltip;
}

/** Text that stays text: on one line, no backticks to be seen, nothing hidden, no address that becomes a link by itself. */
function append(markdown: MarkdownString, text: string): MarkdownString {
  plain(text.replace(/`([^`]*)`/gu, '$1')).split('@').forEach((part, at) => {
    markdown.appendMarkdown(at === 0 ? '' : '&#64;').appendText(part);
  });
  return markdown;
}
