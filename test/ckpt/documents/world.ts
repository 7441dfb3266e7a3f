import { doubtAbsence } from '../../../lambdas/core/checkpoint/absence.ts';
import { withFailures } from '../../../lambdas/core/model/aside.ts';
import { newSweep } from '../../../lambdas/core/model/sweep.ts';
import type { PauseWord } from '../../../lambdas/core/pause/pause.ts';
import { newWalk } from '../../../lambdas/core/plan/full-pass.ts';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { createInMemoryLedger, type InMemoryLedger } from '../../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { NOW } from '../../use-cases/operate/ask.ts';
import { HOUR, JOBS, POLICY, RECORDS } from './records.ts';

/** The ports of a stack with this ledger, in which what is done is told as done by whoever asks. */
export function depsOf(ledger: InMemoryLedger, parts: Partial<OperateDeps> = {}): Partial<OperateDeps> {
  return { policy: POLICY, ledger, ledgerAs: (author) => ledger.as(author), ...parts };
}

export function emptyLedger(): InMemoryLedger {
  return createInMemoryLedger({ actor: 'share', plan: null, now: () => NOW });
}

/** A ledger with one of everything in it. */
export async function richLedger(): Promise<InMemoryLedger> {
  const ledger = emptyLedger();
  for (const record of RECORDS) await ledger.saveCheckpoint(record, { ...record, permissions: {} });
  for (const job of JOBS) await ledger.saveJob(job);
  await ledger.touchSource('research', { lastWebhookAt: NOW - HOUR, lastJobId: 'ftjob-1', lastJobAt: NOW - HOUR });
  await ledger.touchSource('research', { lastUnknownJobId: 'ftjob_abc123', lastUnknownJobAt: NOW - HOUR });
  await ledger.touchSource('former', { lastWebhookAt: NOW - HOUR });
  const walk = { after: 'ftjob-9', newest: NOW, jobs: 300 };
  await ledger.saveSweep({ ...newSweep('research'), sweptAt: NOW - HOUR, error: 'Incorrect API key provided.' });
  const odd = ['ftjob-9', null].map((id) => ({ id, problem: 'another form than documented, at model' }));
  await ledger.saveSweep({ ...newSweep('lab'), walk, open: ['ftjob-2'], odd });
  for (const projectId of ['proj_US', 'proj_OLD']) {
    await ledger.refuseProject({ projectId, reason: 'archived', retryAt: NOW + HOUR });
  }
  return ledger;
}

/** What a system knows of itself on a bad day; everything is paused with this word. */
export async function addBadDay(ledger: InMemoryLedger, { by, why }: Pick<PauseWord, 'by' | 'why'>): Promise<void> {
  const word = { at: NOW, by, why };
  await changeState(ledger, 'pause', (state) => {
    return { ...state, all: word, rules: { support: word }, sources: { lab: word } };
  });
  const times = { startedAt: NOW - 60_000, endedAt: NOW - 50_000 };
  await changeState(ledger, 'reconcile', (state) => ({ ...state, ...times, error: 'lab could not be swept' }));
  const waiting = { id: 'feedc0de', revocations: 6, tracked: 7, since: NOW - HOUR };
  await changeState(ledger, 'waitingPlan', (state) => ({ ...state, ...waiting }));
  const unwritten = { count: 1, rows: [{ row: 'ft:a:b:c:d', reason: 'it would have too many bytes' }] };
  await changeState(ledger, 'reconcile', (state) => ({ ...state, unwritten }));
  const failed = { row: 'ft:a:b:c:e', reason: 'DynamoDB was too busy', passing: true };
  await changeState(ledger, 'aside', (state) => withFailures(state, [failed], new Set(), NOW));
  await hideSome(ledger, by !== null);
  await changeState(ledger, 'audit', (state) => ({ ...state, access: 'off', refusal: 'Not enabled.', readAt: NOW }));
  const looks = { admin: { at: NOW - HOUR, problem: 'It may not do this.', keys: [] } };
  const lost = [{ id: 'key_1', name: 'ci', projectId: null, inUse: true, at: NOW - HOUR, by }];
  await changeState(ledger, 'keyWatch', (watch) => ({ ...watch, looks, lost }));
}

/** OpenAI shows nothing of two checkpoints, one of which may wait for a person's word. */
async function hideSome(ledger: InMemoryLedger, waits: boolean): Promise<void> {
  const { items } = await ledger.listCheckpoints(null);
  for (const [index, record] of items.slice(-2).entries()) {
    const said = { reason: 'The model does not exist', held: waits && index === 0 };
    await ledger.saveCheckpoint(doubtAbsence(record, 'gone', said, NOW - HOUR), record);
  }
}

/** A pacer that waits after a 429. */
export async function heldPacer() {
  const pacerStore = createInMemoryPacerStore();
  await pacerStore.save('checkpoint-permissions.create', {
    version: 0,
    starts: [NOW - 1000],
    learnedLimit: 2,
    learnedAt: NOW,
    heldUntil: NOW + 12_000,
    holdReason: 'OpenAI answered 429',
  });
  return pacerStore;
}

/** One through which full passes go page by page: the last has seen so many checkpoints, and the next is under way. */
export async function largeLedger(checkpoints: number): Promise<InMemoryLedger> {
  const ledger = createInMemoryLedger();
  const at = NOW - 3_600_000;
  await changeState(ledger, 'count', (state) => ({ ...state, at }));
  await changeState(ledger, 'pass', (state) => ({ ...state, at, checkpoints, walk: newWalk('digest', NOW, false) }));
  return ledger;
}
