import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { AuditState, PassState } from '../../core/model/system-state.ts';
import { addSeen, NOTHING_SEEN } from '../../core/plan/seen.ts';
import { stalest } from '../../core/plan/verification.ts';
import { budgetOf, isAudited, restSeconds } from '../../core/plan/verification-budget.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';

/** What is read of the ledger for each checkpoint that may be put up, and at least: what rests meanwhile is passed over. */
const READ_AHEAD = 2;
const LEAST_READ = 50;

/** The stalest of these checkpoints, as many as a sweep puts up for verification. */
export function chooseStalest(
  { reconcile }: Policy,
  records: readonly CheckpointRecord[],
  audit: AuditState,
  now: number,
  budget: number = budgetOf(reconcile),
): readonly CheckpointRecord[] {
  return stalest(records, budget, now - restSeconds(reconcile, isAudited(reconcile, audit)) * 1_000, now);
}

interface InTurn {
  readonly chosen: readonly CheckpointRecord[];
  readonly verifiedTo: PassState['verifiedTo'];
  /** When the one that comes next was seen at OpenAI, or about then; null where nothing was read. */
  readonly oldestSeenAt: number | null;
}

/**
 * The next checkpoints to be put up for verification, on a round through the ledger in the order of the names. Going round,
 * whatever comes next is what was listed the longest ago, but for what was listed out of turn; so a sweep need not read all of
 * them to find the stalest. Where it does read all, it takes these. Gives back how far it has come.
 */
export async function chooseInTurn(
  ledger: Pick<Ledger, 'listCheckpoints' | 'dueCheckpoints'>,
  policy: Policy,
  verifiedTo: PassState['verifiedTo'],
  audit: AuditState,
  now: number,
): Promise<InTurn> {
  const most = budgetOf(policy.reconcile);
  if (most === 0) return { chosen: [], verifiedTo, oldestSeenAt: null };
  // Those that wait for their LIST count against the budget, so that they never pile up.
  const budget = most - (await ledger.dueCheckpoints('list', now, most)).length;
  if (budget <= 0) return { chosen: [], verifiedTo, oldestSeenAt: null };
  const { items, cursor } = await ledger.listCheckpoints(verifiedTo, Math.max(LEAST_READ, READ_AHEAD * most));
  const oldestSeenAt = addSeen(NOTHING_SEEN, items).oldestAt;
  const records = items.filter(({ verifyAt }) => verifyAt === null);
  if (verifiedTo === null && cursor === null) {
    return { chosen: chooseStalest(policy, records, audit, now, budget), verifiedTo: null, oldestSeenAt };
  }
  const stale = new Set(chooseStalest(policy, records, audit, now, records.length));
  const chosen = records.filter((record) => stale.has(record)).slice(0, budget);
  const isFull = chosen.length < stale.size;
  return { chosen, verifiedTo: isFull ? (chosen.at(-1)?.checkpoint ?? verifiedTo) : cursor, oldestSeenAt };
}
