import { type ModelRecord, newModel } from '../../core/model/openai-model.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { newThreshold } from '../../core/shutdown/days.ts';
import { baseModelOf, shutdownOf } from '../../core/shutdown/shutdown-of.ts';
import { type ShutdownAhead, sharedOf, shutdownsAhead } from '../../core/shutdown/shutdowns-ahead.ts';
import { everyItem } from '../pages.ts';
import { announced } from './announcements.ts';
import { type LookUpDeps, lookUpModels } from './look-up-models.ts';

export type ShutdownDeps = LookUpDeps;

/** So many checkpoints are named where a shutdown is told of; all are counted. */
const MOST_EXAMPLES = 20;

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
  await announceAll(deps, records, await lookUpModels(deps, records, models, stopAt));
}

async function announceAll(
  { policy, ledger, now, log }: ShutdownDeps,
  records: readonly CheckpointRecord[],
  models: ReadonlyMap<string, ModelRecord>,
): Promise<void> {
  const isShutDown = (record: CheckpointRecord, { baseModel, date }: ShutdownAhead) =>
    baseModelOf(record.checkpoint) === baseModel &&
    sharedOf(record).length > 0 &&
    shutdownOf(policy, record.checkpoint, models)?.date === date;
  const byBase = Map.groupBy(shutdownsAhead(policy, records, models.values(), now()), ({ baseModel }) => baseModel);
  for (const [baseModel, shutdowns] of byBase) {
    let model = models.get(baseModel) ?? newModel(baseModel);
    for (const shutdown of shutdowns) {
      const { date, daysLeft } = shutdown;
      const noticeDays = newThreshold(daysLeft, model.announced[date]);
      if (noticeDays === null) continue;
      const examples = records.filter((record) => isShutDown(record, shutdown)).slice(0, MOST_EXAMPLES);
      const announcement = {
        act: 'shutdown-ahead' as const,
        noticeDays,
        examples: examples.map(({ checkpoint }) => checkpoint),
        ...shutdown,
      };
      const event = announced(announcement, noteOf(shutdown), now(), `${baseModel}#${model.version}`);
      const warned = { ...model.announced, [date]: noticeDays };
      // First the ledger: of two sweeps at once, one warns. Where somebody came between, the next sweep looks again.
      if (!(await ledger.saveModel({ ...model, announced: warned }, event))) break;
      model = { ...model, announced: warned, version: model.version + 1 };
      log.warn(messageOf(shutdown), { signal: 'shutdown-ahead', ...shutdown });
    }
  }
}

function noteOf({ baseModel, date, checkpoints, permissions }: ShutdownAhead): string {
  return `${baseModel} shuts down on ${date}, and with it ${checkpoints} shared checkpoints with ${permissions} permissions`;
}

function messageOf({ daysLeft }: ShutdownAhead): string {
  return daysLeft > 0 ? 'Shared checkpoints shut down soon' : 'Shared checkpoints have shut down';
}
