import type { ListedDue, ListedJob, ListPage, ShownCheckpoint } from '../../lambdas/shared/contract/operator.ts';
import { type Cell, cellsOf, nameOf } from './cell.ts';

/** One checkpoint with all its projects. */
export interface Row {
  readonly checkpoint: string;
  /** Null where the job is in no source. */
  readonly jobId: string | null;
  readonly source: string | null;
  /** By project id. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** The next admin call that it waits for. */
  readonly due: ListedDue | null;
  /** When it was last shared with somebody; ms since the epoch, 0 = never. */
  readonly sharedAt: number;
  /** In lower case, all that a search looks through. */
  readonly text: string;
}

export interface Project {
  readonly projectId: string;
  readonly project: string | null;
}

/** All that the matrix is drawn from. */
export interface Ledger {
  /** By checkpoint. */
  readonly rows: ReadonlyMap<string, Row>;
  /** By job id. */
  readonly jobs: ReadonlyMap<string, ListedJob>;
  /** By project id; those of the policy first, in its order. */
  readonly projects: ReadonlyMap<string, Project>;
}

export const EMPTY: Ledger = { rows: new Map(), jobs: new Map(), projects: new Map() };

/** The checkpoints of a page of `list`. */
export function rowsOfPage({ permissions, overview }: ListPage): readonly Row[] {
  const byCheckpoint = Map.groupBy(permissions, ({ checkpoint }) => checkpoint);
  const holds = Map.groupBy(overview?.holds ?? [], ({ checkpoint }) => checkpoint);
  const due = new Map(overview?.due.map((each) => [each.checkpoint, each]));
  const checkpoints = new Set([...byCheckpoint.keys(), ...holds.keys()]);
  return [...checkpoints].map((checkpoint) => {
    const own = byCheckpoint.get(checkpoint) ?? [];
    const { jobId = null, source = null } = own[0] ?? {};
    const cells = cellsOf(own, holds.get(checkpoint) ?? []);
    return newRow({ checkpoint, jobId, source, cells, due: due.get(checkpoint) ?? null });
  });
}

/** One checkpoint as `show` has it. */
export function rowOfShown({ checkpoint, jobId, source, permissions, holds, due }: ShownCheckpoint): Row {
  // An operator function of an earlier version does not tell.
  const waits = due ? { checkpoint, ...due } : null;
  return newRow({ checkpoint, jobId, source, cells: cellsOf(permissions, holds), due: waits });
}

/** A checkpoint that nobody is to have: the final model of a job that no rule matches. */
export function rowOfJob({ jobId, source, finalModel }: ListedJob): readonly Row[] {
  return finalModel === null ? [] : [newRow({ checkpoint: finalModel, jobId, source, cells: new Map(), due: null })];
}

/** The row of a checkpoint, be it only the final model of a job; undefined where nothing is known of it. */
export function rowIn({ rows, jobs }: Pick<Ledger, 'rows' | 'jobs'>, checkpoint: string): Row | undefined {
  const row = rows.get(checkpoint);
  if (row !== undefined) return row;
  const job = [...jobs.values()].find(({ finalModel }) => finalModel === checkpoint);
  return job && rowOfJob(job)[0];
}

/** A checkpoint that only a plan knows of. */
export function rowOfPlanned({ checkpoint, jobId, source }: Pick<Row, 'checkpoint' | 'jobId' | 'source'>): Row {
  return newRow({ checkpoint, jobId, source, cells: new Map(), due: null });
}

function newRow(row: Omit<Row, 'text' | 'sharedAt'>): Row {
  const { checkpoint, jobId, source, cells } = row;
  const words = new Set([checkpoint, jobId, source]);
  let sharedAt = 0;
  for (const cell of cells.values()) {
    const { permission } = cell;
    words.add(nameOf(cell)).add(cell.projectId);
    if (permission === null) continue;
    words.add(permission.rule).add(permission.permissionId);
    if (permission.sharedAt !== null) sharedAt = Math.max(sharedAt, Date.parse(permission.sharedAt));
  }
  words.delete(null);
  return { ...row, sharedAt, text: [...words].join('\n').toLowerCase() };
}

/** The same with these rows in place of what was there of the same checkpoints, and their projects. */
export function withRows(ledger: Ledger, rows: readonly Row[], named: readonly Project[] = []): Ledger {
  const all = new Map(ledger.rows);
  const projects = new Map(ledger.projects);
  for (const project of named) projects.set(project.projectId, project);
  for (const row of rows) {
    all.set(row.checkpoint, row);
    for (const { projectId, project } of row.cells.values()) {
      if (!projects.has(projectId)) projects.set(projectId, { projectId, project });
    }
  }
  return { ...ledger, rows: all, projects };
}

export function withoutRow(ledger: Ledger, checkpoint: string): Ledger {
  const rows = new Map(ledger.rows);
  rows.delete(checkpoint);
  return { ...ledger, rows };
}

export function withJobs(ledger: Ledger, jobs: readonly ListedJob[]): Ledger {
  const all = new Map(ledger.jobs);
  for (const job of jobs) all.set(job.jobId, job);
  return { ...ledger, jobs: all };
}

export function withoutJob(ledger: Ledger, jobId: string): Ledger {
  const jobs = new Map(ledger.jobs);
  jobs.delete(jobId);
  return { ...ledger, jobs };
}
