import { ContentionError } from '../core/errors.ts';
import type { LedgerEvent } from '../core/events/event.ts';
import type { JobRecord } from '../core/model/job.ts';
import type { CheckpointRecord } from '../core/model/permission.ts';
import { newSweep, type SweepRecord } from '../core/model/sweep.ts';
import { INITIAL_STATE, type SystemState } from '../core/model/system-state.ts';
import type { Ledger } from '../core/ports/ledger.ts';

/** One document of a store, under its version (0 = not stored yet); of one that may be missing, `T` has undefined. */
export interface Stored<T extends { readonly version: number } | undefined> {
  /** Which it is, for the error. */
  readonly name: string;
  /** It, or what stands in for one that was never stored. */
  readonly get: () => Promise<T>;
  /** Stores the document, which has the version it was decided on; false if another is stored by now. */
  readonly put: (after: NonNullable<T>, before: NonNullable<T>) => Promise<boolean>;
}

/** Gives back the very document where nothing is to be written. */
type Decide<T> = (before: T) => T;

/** Far more rivals than the functions of a stack can be; beyond it something is wrong. */
const MAX_TRIES = 32;

/**
 * Decides on a stored document and stores the decision, again from the start when somebody came between: it must be good for
 * whatever it finds. A document that is missing is not decided on. Returns the document as it stands then. With `asRead`, as
 * it was read a moment ago, it is read only where somebody came between. Throws `ContentionError`, and what the store throws.
 */
export async function change<T extends { readonly version: number } | undefined>(
  { name, get, put }: Stored<T>,
  decide: Decide<NonNullable<T>>,
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
export function changeCheckpoint(ledger: Ledger, fresh: CheckpointRecord, decide: Decide<CheckpointRecord>) {
  return change(checkpointIn(ledger, fresh), decide);
}

/** What would be decided on a checkpoint as it is now: nothing is stored. Throws what `decide` throws. */
export async function tryCheckpoint(ledger: Ledger, fresh: CheckpointRecord, decide: Decide<CheckpointRecord>) {
  return decide(await checkpointIn(ledger, fresh).get());
}

/** `changeCheckpoint` of one that was read a moment ago, which halves the requests of a sweep that changes thousands. */
export function changeAsRead(ledger: Ledger, record: CheckpointRecord, decide: Decide<CheckpointRecord>) {
  return change(checkpointIn(ledger, record), decide, record);
}

function checkpointIn(ledger: Ledger, fresh: CheckpointRecord): Stored<CheckpointRecord> {
  const get = async () => (await ledger.getCheckpoint(fresh.checkpoint)) ?? fresh;
  return { name: fresh.checkpoint, get, put: ledger.saveCheckpoint };
}

/** `change` of a job; with the event, if it writes. Undefined where the ledger has no such job. */
export function changeJob(ledger: Ledger, jobId: string, decide: Decide<JobRecord>, event?: LedgerEvent) {
  const get = () => ledger.getJob(jobId);
  return change({ name: jobId, get, put: (job) => ledger.saveJob(job, event) }, decide);
}

type StateStore = Pick<Ledger, 'getState' | 'saveState'>;

export async function readState<Name extends keyof SystemState>(
  ledger: Pick<StateStore, 'getState'>,
  name: Name,
): Promise<SystemState[Name]> {
  return (await ledger.getState(name)) ?? INITIAL_STATE[name];
}

/** `change` of one of the system's own documents; with the event, if it writes, or with what that makes of what was there. */
export function changeState<Name extends keyof SystemState>(
  ledger: StateStore,
  name: Name,
  decide: Decide<SystemState[Name]>,
  event?: LedgerEvent | ((before: SystemState[Name]) => LedgerEvent | undefined),
): Promise<SystemState[Name]> {
  const get = () => readState(ledger, name);
  const put = (state: SystemState[Name], before: SystemState[Name]) =>
    ledger.saveState(name, state, typeof event === 'function' ? event(before) : event);
  return change({ name: `The ledger's ${name}`, get, put }, decide);
}

/** `change` of how far the sweep of a source's jobs has come. */
export function changeSweep(ledger: Ledger, source: string, decide: Decide<SweepRecord>) {
  const get = async () => (await ledger.getSweep(source)) ?? newSweep(source);
  return change({ name: `The sweep of ${source}`, get, put: ledger.saveSweep }, decide);
}
