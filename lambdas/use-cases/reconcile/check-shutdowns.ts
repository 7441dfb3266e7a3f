import { type ModelRecord, newModel } from '../../core/model/openai-model.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { newThreshold } from '../../core/shutdown/days.ts';
import { type ShutdownAhead, shutdownsAhead } from '../../core/shutdown/shutdowns-ahead.ts';
import { everyItem } from '../pages.ts';
import { type LookUpDeps, lookUpModels } from './look-up-models.ts';

export type ShutdownDeps = LookUpDeps;

/**
 * Asks OpenAI now and then when the models of shared checkpoints shut down, and warns of it: 90, 30 and 7 days ahead and
 * once it has come, once each. A failed look-up fails nothing. Does nothing after `stopAt` (ms since the epoch).
 */
export async function checkShutdowns(
  deps: ShutdownDeps,
  records: readonly CheckpointRecord[],
  stopAt: number,
): Promise<void> {
  if (deps.now() >= stopAt) return;
  const stored = await Array.fromAsync(everyItem(deps.ledger.listModels));
  const models = new Map(stored.map((model) => [model.model, model]));
  await announce(deps, records, await lookUpModels(deps, records, models, stopAt));
}

async function announce(
  { policy, ledger, now, log }: ShutdownDeps,
  records: readonly CheckpointRecord[],
  models: ReadonlyMap<string, ModelRecord>,
): Promise<void> {
  const byBase = Map.groupBy(shutdownsAhead(policy, records, models.values(), now()), ({ baseModel }) => baseModel);
  for (const [baseModel, shutdowns] of byBase) {
    const model = models.get(baseModel) ?? newModel(baseModel);
    const crossed = shutdowns.flatMap((shutdown) => {
      const threshold = newThreshold(shutdown.daysLeft, model.announced[shutdown.date]);
      return threshold === null ? [] : [{ shutdown, threshold }];
    });
    if (crossed.length === 0) continue;
    const announced = Object.fromEntries(crossed.map(({ shutdown: { date }, threshold }) => [date, threshold]));
    // First the ledger: of two sweeps at once, one warns. Where somebody came between, the next sweep looks again.
    if (!(await ledger.saveModel({ ...model, announced: { ...model.announced, ...announced } }))) continue;
    for (const { shutdown } of crossed) log.warn(messageOf(shutdown), { signal: 'shutdown-ahead', ...shutdown });
  }
}

function messageOf({ daysLeft }: ShutdownAhead): string {
  return daysLeft > 0 ? 'Shared checkpoints shut down soon' : 'Shared checkpoints have shut down';
}
