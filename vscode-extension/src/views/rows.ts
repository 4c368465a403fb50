/** The rows of the Connectors view: what stands there, and what of it looks different than before. */

import type { Situation } from '../projects';
import type { ConnectorStatus, ConnectorUse, ProjectStatus } from '../protocol';
import { troubleOf, type Trouble } from '../status';

/** A row of the view. */
export type Row =
  | { kind: 'project'; project: ProjectStatus }
  | { kind: 'trouble'; project: ProjectStatus; trouble: Trouble }
  | { kind: 'connector'; project: ProjectStatus; connector: ConnectorStatus }
  | { kind: 'use'; project: ProjectStatus; connector: ConnectorStatus; use: ConnectorUse };

/** Where nothing of the platform is known, the files are listed all the same. */
const listing: ReadonlySet<Situation> = new Set(['ready', 'signedOut', 'untrusted']);

/**
 * Each row is one object for as long as it is there. While the editor draws a whole view anew it knows none of its rows,
 * and what a person presses meanwhile comes to nothing; so it is told of the rows alone that look different.
 */
export class Rows {
  private known = new Map<string, Row>();
  private looks = new Map<string, string>();
  private order = '';
  private top: Row[] = [];
  private below = new Map<string, Row[]>();

  /** `lookOf` gives all that is shown of a row. */
  constructor(private readonly lookOf: (row: Row) => unknown) {}

  /** Takes in how the projects stand, and gives the rows that look different; nothing where rows came, went or moved. */
  take(situation: Situation, projects: readonly ProjectStatus[]): Row[] | undefined {
    const [before, lookedLike, order] = [this.known, this.looks, this.order];
    this.known = new Map();
    const keep = (row: Row): Row => {
      const kept = Object.assign(before.get(idOf(row)) ?? row, row);
      this.known.set(idOf(row), kept);
      return kept;
    };
    this.top = topOf(situation, projects).map(keep);
    const folders = this.top.filter(({ kind }) => kind === 'project');
    this.below = new Map(folders.map(({ project }) => [project.uri, rowsOf(project).map(keep)]));
    this.looks = new Map([...this.known].map(([id, row]) => [id, JSON.stringify(this.lookOf(row))]));
    // What can be unfolded now and could not before takes its place anew.
    this.order = JSON.stringify([...this.known].map(([id, row]) => [id, isUnfolded(row)]));
    return this.order === order
      ? [...this.known].filter(([id]) => this.looks.get(id) !== lookedLike.get(id)).map(([, row]) => row)
      : undefined;
  }

  /** The outermost rows. */
  get outermost(): Row[] {
    return this.top;
  }

  /** The rows of a project where there are several. */
  of({ uri }: ProjectStatus): Row[] {
    return this.below.get(uri) ?? [];
  }

  /** The row that one stands below. */
  parentOf(row: Row): Row | undefined {
    switch (row.kind) {
      case 'use':
        return this.known.get(idOf({ ...row, kind: 'connector' }));
      case 'project':
        return undefined;
      case 'trouble':
      case 'connector':
        return this.known.get(idOf({ kind: 'project', project: row.project }));
    }
  }

  /** The first row of a connector that is meant. */
  find(isMeant: (connector: ConnectorStatus) => boolean): Row | undefined {
    return [...this.known.values()].find((row) => row.kind === 'connector' && isMeant(row.connector));
  }
}

/** What tells a row from all others, however it looks. */
export function idOf(row: Row): string {
  const { uri } = row.project;
  switch (row.kind) {
    case 'project':
      return uri;
    case 'trouble':
      return `${uri}#trouble`;
    case 'connector':
      return `${uri}#${row.connector.type}#${row.connector.uri ?? ''}`;
    case 'use': {
      const { uri: file, range } = row.use.location;
      return `${uri}#${row.connector.type}#${file}#${range.start.line}:${range.start.character}`;
    }
  }
}

/** Whether functions stand below it. */
export function isUnfolded(row: Row): boolean {
  return row.kind === 'connector' && (row.connector.users ?? 0) > 0;
}

function topOf(situation: Situation, projects: readonly ProjectStatus[]): Row[] {
  const [only, ...others] = projects;
  if (only === undefined || !listing.has(situation)) {
    return [];
  }
  if (others.length > 0) {
    return projects.map((project) => ({ kind: 'project', project }));
  }
  // Without a connector the view's welcome says more.
  return situation !== 'ready' && only.connectors.length === 0 ? [] : rowsOf(only);
}

function rowsOf(project: ProjectStatus): Row[] {
  const trouble = troubleOf(project);
  return [
    ...(trouble === undefined ? [] : [{ kind: 'trouble', project, trouble } satisfies Row]),
    ...project.connectors.map((connector): Row => ({ kind: 'connector', project, connector })),
  ];
}
