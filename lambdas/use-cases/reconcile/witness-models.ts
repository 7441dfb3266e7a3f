import { noteModel } from '../../core/checkpoint/absence.ts';
import { NotFoundError, OpenAIError, SecretUnusableError } from '../../core/errors.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { ModelApi } from '../../core/ports/openai.ts';
import type { Clock, Log } from '../../core/ports/runtime.ts';
import { changeAsRead } from '../change.ts';

/** Calls a sweep. A project key bears many more, but nobody waits for the answers. */
const MAX_CALLS = 50;

export interface WitnessDeps {
  readonly ledger: Ledger;
  /** The models that a source sees, by its alias; undefined where the function was told of no key for it. */
  readonly modelsOf: (source: string) => ModelApi | undefined;
  readonly now: Clock;
  readonly log: Log;
}

/**
 * Asks the source's own project key for the models that the admin key does not find any more, or of which it is shown nothing: a
 * witness that a wrong admin key cannot deceive. Begins nothing after `stopAt` (ms since the epoch).
 */
export async function witnessModels(
  deps: WitnessDeps,
  records: readonly CheckpointRecord[],
  stopAt: number,
): Promise<void> {
  const doubted = records.filter(({ absence }) => absence !== undefined && absence.model !== 'gone');
  for (const record of doubted.slice(0, MAX_CALLS)) {
    if (deps.now() >= stopAt) return;
    const model = await lookFor(deps, record);
    if (model !== null) await changeAsRead(deps.ledger, record, (current) => noteModel(current, model, deps.now()));
  }
}

/** Null where nobody can tell. */
async function lookFor(
  { modelsOf, log }: WitnessDeps,
  { checkpoint, source }: CheckpointRecord,
): Promise<'there' | 'gone' | null> {
  const api = source === null ? undefined : modelsOf(source);
  if (api === undefined) return null;
  try {
    await api.getModel(checkpoint);
    return 'there';
  } catch (error) {
    if (error instanceof NotFoundError) return 'gone';
    if (!(error instanceof OpenAIError || error instanceof SecretUnusableError)) throw error;
    log.info('Whether the model is gone could not be asked', { checkpoint, source, reason: error.message });
    return null;
  }
}
