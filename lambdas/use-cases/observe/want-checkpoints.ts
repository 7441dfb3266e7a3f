import type { JobFacts } from '../../core/model/job.ts';
import { type Outcome, retry } from '../../core/model/outcome.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { type HeardJob, heardOf } from '../../core/plan/heard-of.ts';
import { wantInto } from '../../core/plan/plan-checkpoint.ts';
import type { Wanted } from '../../core/plan/wanted.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Log } from '../../core/ports/runtime.ts';
import type { UnwrittenRow } from '../../core/row-failure.ts';
import { changeCheckpoint } from '../change.ts';
import { tellUnwritten, tryRow } from '../side-by-side.ts';

export interface WantDeps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly log: Log;
}

/**
 * Writes what is wanted of each of a job's checkpoints, so that what is new is due. One that cannot be written keeps none of
 * the others; it is told of, and comes back.
 */
export async function wantCheckpoints(
  { ledger, policy, log }: WantDeps,
  job: JobFacts & HeardJob,
  wanted: Wanted,
  now: number,
): Promise<readonly UnwrittenRow[]> {
  const { source, jobId, checkpoints } = job;
  const unwritten: UnwrittenRow[] = [];
  for (const { checkpoint } of checkpoints) {
    const failed = await tryRow(checkpoint, () =>
      changeCheckpoint(ledger, heardOf(checkpoint, job, now), (record) =>
        wantInto(withOrigin(record, source, jobId), policy, wanted, now),
      ),
    );
    if (failed !== undefined) unwritten.push(failed);
  }
  tellUnwritten(log, unwritten);
  return unwritten;
}

/** A checkpoint that was known before its job (a pinned one), or by an older alias of its source, learns its origin. */
function withOrigin(record: CheckpointRecord, source: string, jobId: string): CheckpointRecord {
  return record.source === source && record.jobId === jobId ? record : { ...record, source, jobId };
}

const RETRY_SECONDS = 30;
const LOOKS = 4;

/** A row that may be written in a moment is worth some more looks at its job; then, as any other, it is the sweep's. */
export function lookAgain(unwritten: readonly UnwrittenRow[], attempt: number): Outcome | undefined {
  const passing = unwritten.find((row) => row.passing);
  if (passing === undefined || attempt >= LOOKS) return undefined;
  return retry(RETRY_SECONDS, `${passing.row} could not be written: ${passing.reason}`);
}

/** For a person to read beside what the policy has to say of the job; none where all could be written. */
export function noteOf(unwritten: readonly UnwrittenRow[]): readonly string[] {
  const [first] = unwritten;
  if (first === undefined) return [];
  const others = unwritten.length > 1 ? `, nor can ${unwritten.length - 1} others` : '';
  return [`${first.row} cannot be written to the ledger (${first.reason})${others}; reconcile tries again`];
}
