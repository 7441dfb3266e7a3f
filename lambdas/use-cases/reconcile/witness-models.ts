import { noteModel } from '../../core/checkpoint/absence.ts';
import { NotFoundError, OpenAIError, SecretUnusableError } from '../../core/errors.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { JobApi, ModelApi } from '../../core/ports/openai.ts';
import type { Clock, Log } from '../../core/ports/runtime.ts';
import { changeAsRead } from '../change.ts';

/** Calls a sweep. A project key bears many more, but nobody waits for the answers. */
const MAX_CALLS = 50;

export interface WitnessDeps {
  readonly ledger: Ledger;
  /** The models that a source sees, by its alias; undefined where the function was told of no key for it. */
  readonly modelsOf: (source: string) => ModelApi | undefined;
  /** The jobs of a source, by the same key: whether it has a checkpoint's job tells whether it is of the source's project. */
  readonly jobsOf: (source: string) => JobApi | undefined;
  readonly now: Clock;
  readonly log: Log;
}

/**
 * Asks the source's own project key for the models that the admin key does not find any more, or of which it is shown nothing: a
 * witness that a wrong admin key cannot deceive, as long as it is itself of that project. Begins nothing after `stopAt` (ms since the epoch).
 */
export async function witnessModels(
  deps: WitnessDeps,
  records: readonly CheckpointRecord[],
  stopAt: number,
): Promise<void> {
  const doubted = records.flatMap((record) => {
    const { absence, source, jobId } = record;
    const [models, jobs] = source === null ? [] : [deps.modelsOf(source), deps.jobsOf(source)];
    const isOpen = absence !== undefined && absence.kind !== 'in-part' && absence.model !== 'gone';
    return isOpen && models && jobs && jobId !== null ? [{ record, models, jobs, jobId }] : [];
  });
  // Those of which nobody has told yet before those whose model was there at an earlier sweep.
  const asked = doubted.toSorted((a, b) => Number(isThere(a.record)) - Number(isThere(b.record)));
  for (const { record, ...witness } of asked.slice(0, MAX_CALLS)) {
    if (deps.now() >= stopAt) return;
    const model = await lookFor(deps, record, witness);
    if (model !== null) await changeAsRead(deps.ledger, record, (current) => noteModel(current, model, deps.now()));
  }
}

function isThere({ absence }: CheckpointRecord): boolean {
  return absence?.model === 'there';
}

interface Witness {
  readonly models: ModelApi;
  readonly jobs: JobApi;
  readonly jobId: string;
}

/** Null where nobody can tell: a key that does not find the checkpoint's job, either, is of another project. */
async function lookFor(
  { log }: Pick<WitnessDeps, 'log'>,
  { checkpoint, source }: CheckpointRecord,
  { models, jobs, jobId }: Witness,
): Promise<'there' | 'gone' | null> {
  try {
    try {
      await models.getModel(checkpoint);
      return 'there';
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
    await jobs.getJob(jobId);
    return 'gone';
  } catch (error) {
    if (!(error instanceof OpenAIError || error instanceof SecretUnusableError)) throw error;
    log.info('Whether the model is gone could not be asked', { checkpoint, source, reason: error.message });
    return null;
  }
}
