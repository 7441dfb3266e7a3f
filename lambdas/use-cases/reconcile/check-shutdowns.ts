import { type ModelRecord, newModel } from '../../core/model/openai-model.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { PassWalk } from '../../core/model/system-state.ts';
import { newThreshold } from '../../core/shutdown/days.ts';
import { dueLookups, turnsOf } from '../../core/shutdown/lookups.ts';
import {
  addToGroups,
  type ShutdownAhead,
  type ShutdownGroup,
  tellGroups,
} from '../../core/shutdown/shutdowns-ahead.ts';
import { changeState, readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { announced } from './announcements.ts';
import { type LookUpDeps, lookUpModels, MAX_CALLS } from './look-up-models.ts';

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
  const { ledger, policy, now } = deps;
  const stored = await Array.fromAsync(everyItem(ledger.listModels));
  const models = new Map(stored.map((model) => [model.model, model]));
  const known = await lookUpModels(deps, dueLookups(policy, records, models, now()), models, stopAt);
  await announceAll(deps, addToGroups([], policy, records, known), known);
  const lookups = turnsOf(dueLookups(policy, records, known, now() + DAY_MS), known);
  await changeState(ledger, 'pass', (pass) => ({ ...pass, lookups }));
}

const DAY_MS = 86_400_000;

/**
 * The same where only some of the checkpoints were looked at: asks for the models of these that nobody has asked for yet, and
 * for those whose turn it is. What there is to be warned of, the next look at all of them tells: at once, should a base model
 * have come to light.
 */
export async function lookUpNext(
  deps: ShutdownDeps,
  records: readonly CheckpointRecord[],
  stopAt: number,
): Promise<void> {
  const { ledger, policy, now } = deps;
  const pass = await readState(ledger, 'pass');
  const waiting = pass.lookups.filter(({ at }) => at <= now()).slice(0, MAX_CALLS);
  const turns = waiting.map(({ model, source }) => ({ model, isBase: false, sources: [source] }));
  const unknown = dueLookups(policy, records, new Map(), now()).slice(0, MOST_UNKNOWN);
  const models = new Map<string, ModelRecord>();
  for (const { model } of [...unknown, ...turns]) {
    const known = await ledger.getModel(model);
    if (known !== undefined) models.set(model, known);
  }
  const fresh = unknown.filter(({ model }) => !models.has(model));
  await lookUpModels(deps, [...fresh, ...turns.filter(isDue)], models, stopAt);
  const isNewBase = fresh.some(({ isBase }) => isBase);
  if (waiting.length === 0 && !isNewBase) return;
  await changeState(ledger, 'pass', (state) => {
    const lookups = state.lookups.filter(({ model }) => !waiting.some((done) => done.model === model));
    return { ...state, lookups, ...(isNewBase && { nextAt: 0 }) };
  });

  function isDue({ model }: { readonly model: string }): boolean {
    return (models.get(model)?.askAgainAt ?? 0) <= now();
  }
}

/** More come to light at once only where a full pass takes them up. */
const MOST_UNKNOWN = 2 * MAX_CALLS;

/** What a full pass that went page by page has found to be warned of; base models whose turn it is are asked for first. */
export async function tellShutdowns(deps: ShutdownDeps, { shutdowns, bases }: PassWalk, stopAt: number): Promise<void> {
  const { ledger, now } = deps;
  const models = new Map<string, ModelRecord>();
  for (const model of new Set([...Object.keys(bases), ...shutdowns.map(({ baseModel }) => baseModel)])) {
    const known = await ledger.getModel(model);
    if (known !== undefined) models.set(model, known);
  }
  const due = Object.entries(bases)
    .filter(([model]) => (models.get(model)?.askAgainAt ?? 0) <= now())
    .map(([model, sources]) => ({ model, isBase: true, sources }));
  await announceAll(deps, shutdowns, await lookUpModels(deps, due, models, stopAt));
}

async function announceAll(
  { ledger, now, log }: ShutdownDeps,
  groups: readonly ShutdownGroup[],
  models: ReadonlyMap<string, ModelRecord>,
): Promise<void> {
  const byBase = Map.groupBy(tellGroups(groups, now()), ({ baseModel }) => baseModel);
  for (const [baseModel, shutdowns] of byBase) {
    let model = models.get(baseModel) ?? newModel(baseModel);
    for (const shutdown of shutdowns) {
      const { date, daysLeft } = shutdown;
      const noticeDays = newThreshold(daysLeft, model.announced[date]);
      if (noticeDays === null) continue;
      const examples = groups.find((group) => group.baseModel === baseModel && group.date === date)?.examples ?? [];
      const announcement = { act: 'shutdown-ahead' as const, noticeDays, examples, ...shutdown };
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
