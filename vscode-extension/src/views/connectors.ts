/** The Connectors view: every connector of the open projects, how it stands, and what can be done about it. */

import {
  DiagnosticSeverity,
  EventEmitter,
  languages,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  type Command,
  type Diagnostic,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
} from 'vscode';

import { codeOf } from '../findings';
import { isSame } from '../places';
import type { Projects } from '../projects';
import { usesRequest, type ConnectorStatus, type ConnectorUse, type ProjectStatus } from '../protocol';
import type { Server } from '../server/server';
import { troubleOf, type Trouble } from '../status';
import { rangeOf } from '../uses';
import { platformCodes } from '../vocabulary';
import { count, descriptionOf, nameOf, scopesOf, spokenOf, typeBeside, wordOf } from '../words';
import { iconOf } from './icons';
import { idOf, isUnfolded, Rows, type Row } from './rows';

export const viewId = 'base44Connectors.connectors';

/** A file's problems come in bursts; the view is drawn once for each. */
const SETTLED_MS = 200;

export class ConnectorsView implements TreeDataProvider<Row>, Disposable {
  private readonly emitter = new EventEmitter<Row[] | undefined>();
  private readonly rows = new Rows((row) => [this.getTreeItem(row), row.kind === 'connector' && row.connector.users]);
  private readonly view: TreeView<Row>;
  private readonly listeners: Disposable[];
  private timer: NodeJS.Timeout | undefined;
  /** The file that a click on a row opens; it comes up a moment after the click. */
  private opening: Uri | undefined;
  /** Files that are still to come up, though another row was clicked since. */
  private late: Uri[] = [];

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly projects: Projects,
    private readonly server: Server,
  ) {
    this.view = window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: false });
    this.listeners = [
      projects.onChange(() => {
        this.draw();
      }),
      languages.onDidChangeDiagnostics(() => {
        // Only where nothing is heard of the platform do the rows speak of problems.
        if (projects.all.some(({ connectors }) => connectors.some(showsProblems))) {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => {
            this.drawRows();
          }, SETTLED_MS);
        }
      }),
      window.onDidChangeActiveTextEditor((editor) => {
        if (editor === undefined) {
          return;
        }
        this.opening = undefined;
        const late = this.late.filter((file) => !isSame(file, editor.document.uri));
        // What a click before the last one has opened does not take the selection away from the last one.
        if (late.length === this.late.length) {
          this.follow();
        }
        this.late = late;
      }),
      this.view.onDidChangeSelection(({ selection: [row] }) => {
        if (this.opening !== undefined) {
          this.late.push(this.opening);
        }
        this.opening = row === undefined ? undefined : fileToOpen(row);
      }),
      this.view.onDidChangeVisibility(() => {
        this.follow();
      }),
    ];
    this.draw();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const listener of this.listeners) {
      listener.dispose();
    }
    this.view.dispose();
    this.emitter.dispose();
  }

  getChildren(row?: Row): Row[] | Promise<Row[]> {
    if (row?.kind === 'connector') {
      return this.usesOf(row);
    }
    if (row !== undefined) {
      return row.kind === 'project' ? this.rows.of(row.project) : [];
    }
    return this.rows.outermost;
  }

  getParent(row: Row): Row | undefined {
    return this.rows.parentOf(row);
  }

  getTreeItem(row: Row): TreeItem {
    const item = itemOf(row);
    item.id = idOf(row);
    return item;
  }

  /** Shows the row of a connector file, and gives it the focus. */
  async show(file: Uri): Promise<void> {
    const row = this.rowOf(file);
    if (row !== undefined) {
      await this.view.reveal(row, { select: true, focus: true });
    }
  }

  /** Where code uses a connector, asked for when its row is unfolded. */
  private async usesOf({ project, connector }: { project: ProjectStatus; connector: ConnectorStatus }): Promise<Row[]> {
    const answer = await this.server.request(usesRequest, { project: project.uri, type: connector.type });
    return (answer?.uses ?? []).map((use) => ({ kind: 'use', project, connector, use }));
  }

  private draw(): void {
    const projects = this.projects.all;
    const [only, ...others] = projects;
    this.view.title = only === undefined || others.length > 0 ? 'Connectors' : only.name;
    const pending = projects.reduce((sum, project) => sum + project.pending, 0);
    this.view.badge =
      pending === 0 ? undefined : { value: pending, tooltip: `${count(pending, 'connector')} pending authorization` };
    this.drawRows();
  }

  private drawRows(): void {
    const changed = this.rows.take(this.projects.situation, this.projects.all);
    if (changed === undefined || changed.length > 0) {
      this.emitter.fire(changed);
    }
  }

  /** The row of the open file is the selected one. */
  private follow(): void {
    const file = window.activeTextEditor?.document.uri;
    const row = file === undefined ? undefined : this.rowOf(file);
    if (row !== undefined && this.view.visible) {
      // The row may have gone meanwhile.
      this.view.reveal(row, { select: true, focus: false }).then(undefined, () => undefined);
    }
  }

  private rowOf(file: Uri): Row | undefined {
    return this.rows.find(({ uri }) => uri !== null && isSame(Uri.parse(uri), file));
  }
}

/** The file that a click on a row opens, where it is not open before the person already. */
function fileToOpen(row: Row): Uri | undefined {
  const uri = row.kind === 'connector' ? row.connector.uri : null;
  const file = uri === null ? undefined : Uri.parse(uri);
  const active = window.activeTextEditor?.document.uri;
  return file !== undefined && active !== undefined && isSame(file, active) ? undefined : file;
}

function itemOf(row: Row): TreeItem {
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
  item.tooltip = new MarkdownString().appendText(Uri.parse(project.uri).fsPath);
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
function showsProblems({ state, uri }: ConnectorStatus): boolean {
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
  tooltip.appendMarkdown('**').appendText(name).appendMarkdown('**');
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

/** A character that draws nothing or turns the text around it, shown as what it is. */
function asCode(hidden: string): string {
  return `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Text that stays text: on one line, no backticks to be seen, nothing hidden, no address that becomes a link by itself. */
function append(markdown: MarkdownString, text: string): MarkdownString {
  const line = text.replace(/`([^`]*)`/gu, '$1').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, asCode);
  line.split('@').forEach((part, at) => {
    markdown.appendMarkdown(at === 0 ? '' : '&#64;').appendText(part);
  });
  return markdown;
}
