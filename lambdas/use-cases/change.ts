import { ContentionError } from '../core/errors.ts';
import type { LedgerEvent } from '../core/events/event.ts';
import type { JobRecord } from '../core/model/job.ts';
import type { CheckpointRecord } from '../core/model/permission.ts';
import { newSweep, type SweepRecord } from '../core/model/sweep.ts';
import { INITIAL_STATE, type SystemState } from '../core/model/system-state.ts';
import type { Ledger } from '../core/ports.ts';

/** A document that is stored under a version; 0 = not yet. */
interface Versioned {
  readonly version: number;
}

/** One document of a store; of one that may be missing, `T` has undefined. */
export interface Stored<T extends Versioned | undefined> {
  /** Which it is, for the error. */
  readonly name: string;
  /** It, or what stands in for one that was never stored. */
  readonly get: () => Promise<T>;
  /** Stores the document, which has the version it was decided on; false if another is stored by now. */
  readonly put: (after: NonNullable<T>, before: NonNullable<T>) => Promise<boolean>;
}

/** Far more rivals than the functions of a stack can be; beyond it something is wrong. */
const MAX_TRIES = 32;

/**
 * Decides on a stored document and stores the decision, again from the start when somebody came between: it must be good for
 * whatever it finds. Giving back the very document writes nothing; one that is missing is not decided on. Returns the document
 * as it stands then. With `asRead`, as it was read a moment ago, it is read only where somebody came between. Throws
 * `ContentionError`, and whatever the store throws.
 */
export async function change<T extends Versioned | undefined>(
  { name, get, put }: Stored<T>,
  decide: (before: NonNullable<T>) => NonNullable<T>,
  asRead?: T,
): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = tries === 0 && asRead !== undefined ? asRead : await get();
    if (!before) return before;
    const { version } = before;
    const after = decide(before);
    if (after === before) return after;
    if (await put({ ...after, version }, before)) return { ...after, version: version + 1 };
  }
  throw new ContentionError(`${name} changed ${MAX_TRIES} times underneath one change`);
}

/** `change` of a checkpoint. `fresh` stands in for one that the ledger does not have. */
export function changeCheckpoint(
  ledger: Pick<Ledger, 'getCheckpoint' | 'saveCheckpoint'>,
  fresh: CheckpointRecord,
  decide: (record: CheckpointRecord) => CheckpointRecord,
): Promise<CheckpointRecord> {
  return change(storedCheckpoint(ledger, fresh), decide);
}

/** The same of one that was read a moment ago, which halves the requests of a sweep that changes thousands. */
export function changeAsRead(
  ledger: Pick<Ledger, 'getCheckpoint' | 'saveCheckpoint'>,
  record: CheckpointRecord,
  decide: (record: CheckpointRecord) => CheckpointRecord,
): Promise<CheckpointRecord> {
  return change(storedCheckpoint(ledger, record), decide, record);
}

function storedCheckpoint(
  ledger: Pick<Ledger, 'getCheckpoint' | 'saveCheckpoint'>,
  fresh: CheckpointRecord,
): Stored<CheckpointRecord> {
  const { checkpoint } = fresh;
  return {
    name: checkpoint,
    get: async () => (await ledger.getCheckpoint(checkpoint)) ?? fresh,
    put: ledger.saveCheckpoint,
  };
}

/** `change` of a job; with the event, if it writes. Undefined where the ledger has no such job. */
export function changeJob(
  ledger: Pick<Ledger, 'getJob' | 'saveJob'>,
  jobId: string,
  decide: (job: JobRecord) => JobRecord,
  event?: LedgerEvent,
): Promise<JobRecord | undefined> {
  const get = () => ledger.getJob(jobId);
  return change({ name: jobId, get, put: (job) => ledger.saveJob(job, event) }, decide);
}

export async function readState<Name extends keyof SystemState>(
  ledger: Pick<Ledger, 'getState'>,
  name: Name,
): Promise<SystemState[Name]> {
  return (await ledger.getState(name)) ?? INITIAL_STATE[name];
}

/** `change` of one of the system's own documents; with the event, if it writes. */
export function changeState<Name extends keyof SystemState>(
  ledger: Pick<Ledger, 'getState' | 'saveState'>,
  name: Name,
  decide: (state: SystemState[Name]) => SystemState[Name],
  event?: LedgerEvent,
): Promise<SystemState[Name]> {
  const get = () => readState(ledger, name);
  return change({ name: `The ledger's ${name}`, get, put: (state) => ledger.saveState(name, state, event) }, decide);
}

/** `change` of how far the sweep of a source's jobs has come. */
export function changeSweep(
  ledger: Pick<Ledger, 'getSweep' | 'saveSweep'>,
  source: string,
  decide: (sweep: SweepRecord) => SweepRecord,
): Promise<SweepRecord> {
  const get = async () => (await ledger.getSweep(source)) ?? newSweep(source);
  return change({ name: `The sweep of ${source}`, get, put: (sweep) => ledger.saveSweep(sweep) }, decide);
}
