import type { ModelRecord } from '../../core/model/openai-model.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { PassWalk } from '../../core/model/system-state.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { dueLookups, turnsOf } from '../../core/shutdown/lookups.ts';
import { baseModelOf } from '../../core/shutdown/shutdown-of.ts';
import { addToGroups } from '../../core/shutdown/shutdowns-ahead.ts';

const DAY_MS = 86_400_000;

type Found = Pick<PassWalk, 'shutdowns' | 'lookups' | 'bases'>;

/**
 * What a page of checkpoints adds to the shutdowns and look-ups that a full pass has found. Models are in the ledger in the order
 * of their names, as checkpoints are: those of a page are read beside it.
 */
export async function addModels(
  ledger: Pick<Ledger, 'listModels' | 'getModel'>,
  policy: Policy,
  { shutdowns, lookups, bases, after }: Found & Pick<PassWalk, 'after'>,
  records: readonly CheckpointRecord[],
  now: number,
): Promise<Found> {
  const models = await readModels(ledger, after, records);
  const due = dueLookups(policy, records, models, now + DAY_MS);
  const owners = due.filter(({ isBase }) => isBase).map(({ model, sources }) => [model, sources] as const);
  return {
    shutdowns: addToGroups(shutdowns, policy, records, models),
    lookups: turnsOf(due, models, lookups),
    bases: { ...Object.fromEntries(owners), ...bases },
  };
}

async function readModels(
  ledger: Pick<Ledger, 'listModels' | 'getModel'>,
  after: string | null,
  records: readonly CheckpointRecord[],
): Promise<ReadonlyMap<string, ModelRecord>> {
  const last = records.at(-1)?.checkpoint ?? '';
  const models = new Map<string, ModelRecord>();
  let cursor = after;
  do {
    const page = await ledger.listModels(cursor, records.length + 1);
    for (const model of page.items) models.set(model.model, model);
    cursor = (page.items.at(-1)?.model ?? last) < last ? page.cursor : null;
  } while (cursor !== null);
  for (const base of new Set(records.flatMap(({ checkpoint }) => baseModelOf(checkpoint) ?? []))) {
    const model = models.get(base) ?? (await ledger.getModel(base));
    if (model !== undefined) models.set(base, model);
  }
  return models;
}
