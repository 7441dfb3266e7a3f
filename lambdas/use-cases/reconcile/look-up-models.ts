import { NotFoundError, OpenAIError } from '../../core/errors.ts';
import { type ModelRecord, newModel } from '../../core/model/openai-model.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { ModelApi } from '../../core/ports/openai.ts';
import type { Clock, Log } from '../../core/ports/runtime.ts';
import { type Lookup, nextLookup } from '../../core/shutdown/lookups.ts';

/** Calls a sweep. A project key bears many more, but nobody waits for the answers. */
export const MAX_CALLS = 10;

export interface LookUpDeps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  /** The models that a source sees, by its alias; undefined where the function was told of no key for it. */
  readonly modelsOf: (source: string) => ModelApi | undefined;
  readonly now: Clock;
  readonly log: Log;
}

type Answer = Pick<ModelRecord, 'shutdownDate' | 'note'>;

/**
 * Asks OpenAI for some of the models that are due, and remembers what it says. A source that fails is left alone until the
 * next sweep. Begins nothing after `stopAt` (ms since the epoch). Gives back the models as they are known then.
 */
export async function lookUpModels(
  deps: LookUpDeps,
  lookups: readonly Lookup[],
  models: ReadonlyMap<string, ModelRecord>,
  stopAt: number,
): Promise<ReadonlyMap<string, ModelRecord>> {
  const { ledger, now } = deps;
  const known = new Map(models);
  const failing = new Set<string>();
  let calls = 0;

  /** Asks one source after the other; the failure of the last if all fail, undefined if none was asked. */
  async function ask({ model, sources }: Lookup, before: ModelRecord) {
    let failed: { readonly answer: Answer; readonly isAnswered: false } | undefined;
    for (const source of sources) {
      const api = failing.has(source) ? undefined : deps.modelsOf(source);
      if (api === undefined || calls >= MAX_CALLS || now() >= stopAt) continue;
      calls++;
      try {
        return { answer: await getModel(api, before), isAnswered: true };
      } catch (error) {
        failing.add(source);
        const note = error instanceof Error ? error.message : String(error);
        const requestId = error instanceof OpenAIError ? error.requestId : null;
        deps.log.info('Model not looked up', { model, source, requestId, reason: note });
        failed = { answer: { shutdownDate: before.shutdownDate, note }, isAnswered: false };
      }
    }
    return failed;
  }

  for (const lookup of lookups) {
    if (calls >= MAX_CALLS || now() >= stopAt) break;
    const before = known.get(lookup.model) ?? newModel(lookup.model);
    const asked = await ask(lookup, before);
    if (asked === undefined) continue;
    const after = { ...before, ...asked.answer, askAgainAt: nextLookup(lookup, asked.isAnswered, now()) };
    if (await ledger.saveModel(after)) known.set(after.model, { ...after, version: after.version + 1 });
  }
  return known;
}

/** Of a model that OpenAI does not have any more, what it last said holds: that it is gone makes it no less true. */
async function getModel(api: ModelApi, { model, shutdownDate }: ModelRecord): Promise<Answer> {
  try {
    return { ...(await api.getModel(model)), note: null };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { shutdownDate, note: error.message };
  }
}
