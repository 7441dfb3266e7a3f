import { ContentionError } from '../../core/errors.ts';
import type { Ledger } from '../../core/ports.ts';
import { newSweep } from './sweep-record.ts';

const MAX_TRIES = 32;

/**
 * Has the sweeps of a source look at a job until it has ended, however far they are beyond it by now. Throws
 * `ContentionError`.
 */
export async function keepOpen(
  ledger: Pick<Ledger, 'getSweep' | 'saveSweep'>,
  source: string,
  jobId: string,
): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const sweep = (await ledger.getSweep(source)) ?? newSweep(source);
    if (sweep.open.includes(jobId)) return;
    if (await ledger.saveSweep({ ...sweep, open: [...sweep.open, jobId] })) return;
  }
  throw new ContentionError(`The sweep of ${source} changed ${MAX_TRIES} times underneath one change`);
}
