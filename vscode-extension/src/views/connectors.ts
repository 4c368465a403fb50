/** The Connectors view: every connector of the open projects, how it stands, and what can be done about it. */

import {
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
} from 'vscode';

import { problemOf, type Projects } from '../projects';
import type { ConnectorStatus, ProjectStatus } from '../protocol';
import { descriptionOf, iconOf, scopesOf, wordOf } from './looks';

export const viewId = 'base44Connectors.connectors';

/** A row of the view. */
export type Row =
  | { kind: 'project'; project: ProjectStatus }
  | { kind: 'problem'; project: ProjectStatus; message: string }
  | { kind: 'connector'; project: ProjectStatus; connector: ConnectorStatus };

export class ConnectorsView implements TreeDataProvider<Row>, Disposable {
  private readonly emitter = new EventEmitter<void>();
  private readonly view: TreeView<Row>;
  private readonly listener: Disposable;

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(private readonly projects: Projects) {
    this.view = window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: false });
    this.listener = projects.onChange(() => {
      this.draw();
    });
    this.draw();
  }

  dispose(): void {
    this.listener.dispose();
    this.view.dispose();
    this.emitter.dispose();
  }

  getChildren(row?: Row): Row[] {
    if (row !== undefined) {
      return row.kind === 'project' ? rowsOf(row.project) : [];
    }
    if (this.projects.situation !== 'ready') {
      return [];
    }
    const [only, ...others] = this.projects.all;
    if (only === undefined) {
      return [];
    }
    return others.length === 0 ? rowsOf(only) : this.projects.all.map((project) => ({ kind: 'project', project }));
  }

  getTreeItem(row: Row): TreeItem {
    switch (row.kind) {
      case 'project':
        return projectItem(row.project);
      case 'problem':
        return problemItem(row);
      case 'connector':
        return connectorItem(row);
    }
  }

  private draw(): void {
    const projects = this.projects.all;
    const [only, ...others] = projects;
    const isAlone = only !== undefined && others.length === 0;
    this.view.description = isAlone ? only.name : '';
    const pending = projects.reduce((sum, project) => sum + project.pending, 0);
    this.view.badge =
      pending === 0
        ? undefined
        : { value: pending, tooltip: pending === 1 ? '1 connector to authorize' : `${pending} connectors to authorize` };
    this.emitter.fire();
  }
}

function rowsOf(project: ProjectStatus): Row[] {
  const problem = problemOf(project);
  return [
    ...(problem === undefined ? [] : [{ kind: 'problem', project, message: problem } satisfies Row]),
    ...project.connectors.map((connector): Row => ({ kind: 'connector', project, connector })),
  ];
}

function projectItem(project: ProjectStatus): TreeItem {
  const item = new TreeItem(project.name, TreeItemCollapsibleState.Expanded);
  item.id = project.uri;
  item.contextValue = 'project';
  item.iconPath = new ThemeIcon('project');
  item.description =
    project.state === 'signedOut' ? 'signed out' : project.pending > 0 ? `${project.pending} pending` : '';
  item.tooltip = Uri.parse(project.uri).fsPath;
  return item;
}

function problemItem(row: { project: ProjectStatus; message: string }): TreeItem {
  const isOffline = row.project.state === 'offline' && row.project.appProblem === null;
  const title = isOffline ? 'Offline' : row.project.appProblem === null ? 'Not up to date' : 'No app';
  const item = new TreeItem(title);
  item.id = `${row.project.uri}#problem`;
  item.description = row.message;
  item.tooltip = row.message;
  item.contextValue = 'problem';
  item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  return item;
}

function connectorItem({ project, connector }: { project: ProjectStatus; connector: ConnectorStatus }): TreeItem {
  const item = new TreeItem(connector.displayName);
  item.id = `${project.uri}#${connector.type}#${connector.uri ?? ''}`;
  item.description = descriptionOf(connector);
  item.iconPath = iconOf(connector);
  item.tooltip = tooltipOf(connector);
  item.contextValue = ['connector', connector.state, connector.link === null ? '' : 'link']
    .filter((part) => part !== '')
    .join('.');
  const name = `${connector.displayName}, ${item.description}`;
  item.accessibilityInformation = { label: name };
  if (connector.uri !== null) {
    item.command = { command: 'vscode.open', title: 'Open the File', arguments: [Uri.parse(connector.uri)] };
  }
  return item;
}

function tooltipOf(connector: ConnectorStatus): MarkdownString {
  const tooltip = new MarkdownString();
  tooltip.appendMarkdown('**').appendText(connector.displayName).appendMarkdown('** — `');
  // A line break or a backtick would end the code, and what follows would be Markdown.
  tooltip.appendMarkdown(connector.type.replace(/[`\p{C}\p{Z}]+/gu, ' ')).appendMarkdown('`\n\n');
  tooltip.appendText(connector.detail || wordOf(connector));
  const { account, detail } = connector;
  const isNamed = account !== null && detail.includes(account);
  const facts = [isNamed ? '' : (account ?? ''), scopesOf(connector)].filter((fact) => fact !== '');
  if (facts.length > 0) {
    tooltip.appendMarkdown('\n\n').appendText(facts.join(' · '));
  }
  return tooltip;
}
