/** The Connectors view: every connector of the open projects, how it stands, and what can be done about it. */

import {
  EventEmitter,
  languages,
  Uri,
  window,
  type Disposable,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
} from 'vscode';

import { isSame } from '../places';
import type { Projects } from '../projects';
import { usesRequest, type ConnectorStatus, type ProjectStatus } from '../protocol';
import type { Server } from '../server/server';
import { count } from '../words';
import { itemOf, showsProblems } from './items';
import { Rows, type Row } from './rows';

export const viewId = 'base44Connectors.connectors';

/** A file's problems come in bursts; the view is drawn once for each. */
const SETTLED_MS = 200;

/**
 * What the editor is told of a view can come to nothing while it is drawing it, on a busy computer above all: it is told
 * again after this time, so often at most.
 */
const AGAIN_MS = 500;
const MAX_TRIES = 6;

export class ConnectorsView implements TreeDataProvider<Row>, Disposable {
  private readonly emitter = new EventEmitter<Row[] | undefined>();
  private readonly rows = new Rows((row) => [this.getTreeItem(row), row.kind === 'connector' && row.connector.users]);
  private readonly view: TreeView<Row>;
  private readonly listeners: Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private asking: NodeJS.Timeout | undefined;
  private following: NodeJS.Timeout | undefined;
  /** Whether the editor has asked for the rows since it was told that they are others. */
  private asked = true;
  /** How often another row was selected by a person. */
  private clicks = 0;
  /** The file that a click on a row opens; it comes up a moment after the click. */
  private opening: Uri | undefined;
  /** Files that are still to come up, though another row was clicked since. */
  private late: Uri[] = [];
  /** The row that is being selected for the open file: that it gets selected is no click. */
  private followed: Row | undefined;

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
        if (row !== undefined && row === this.followed) {
          return;
        }
        this.clicks += 1;
        if (this.opening !== undefined) {
          this.late.push(this.opening);
        }
        this.opening = row === undefined ? undefined : fileToOpen(row);
      }),
      this.view.onDidChangeVisibility(() => {
        this.askAgain();
        this.follow();
      }),
    ];
    this.draw();
  }

  dispose(): void {
    for (const timer of [this.timer, this.asking, this.following]) {
      clearTimeout(timer);
    }
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
    this.asked = true;
    return this.rows.outermost;
  }

  getParent(row: Row): Row | undefined {
    return this.rows.parentOf(row);
  }

  getTreeItem(row: Row): TreeItem {
    return itemOf(row);
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
    if (changed === undefined) {
      this.asked = false;
      this.emitter.fire(undefined);
      this.askAgain();
    } else if (changed.length > 0) {
      this.emitter.fire(changed);
    }
    // The file may have been open before there was a row for it.
    if (changed === undefined && this.view.selection.length === 0) {
      this.follow();
    }
  }

  /** Has the editor ask for the rows, should it not have done so. Of a view that nobody sees it asks once it is seen. */
  private askAgain(tries = MAX_TRIES): void {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => {
      if (!this.asked && this.view.visible && tries > 0) {
        this.emitter.fire(undefined);
        this.askAgain(tries - 1);
      }
    }, AGAIN_MS);
  }

  /** The row of the open file is the selected one, as long as no other one was clicked. */
  private follow(tries = MAX_TRIES): void {
    const file = window.activeTextEditor?.document.uri;
    const row = file === undefined ? undefined : this.rowOf(file);
    // A row that was clicked is selected already: asked for again, it would take the selection from one clicked meanwhile.
    if (row === undefined || !this.view.visible || this.view.selection[0] === row) {
      return;
    }
    this.followed = row;
    const { clicks } = this;
    const over = (): void => {
      if (this.followed === row) {
        this.followed = undefined;
      }
      if (tries > 1) {
        clearTimeout(this.following);
        this.following = setTimeout(() => {
          if (this.clicks === clicks) {
            this.follow(tries - 1);
          }
        }, AGAIN_MS);
      }
    };
    // The row may have gone meanwhile.
    this.view.reveal(row, { select: true, focus: false }).then(over, over);
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
