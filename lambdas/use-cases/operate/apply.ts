import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import { unwrittenRows } from '../../core/row-failure.ts';
import { carryOutPlan } from '../reconcile/carry-out-plan.ts';
import { useUp } from '../reconcile/use-up.ts';
import { tellUnwritten } from '../side-by-side.ts';
import { takeWord } from './confirm.ts';
import type { Command } from './deps.ts';
import { type CommandDeps, wakeShare } from './deps.ts';
import { explainWord } from './describe-plan.ts';
import { gatherPlan } from './gather-plan.ts';
import { BadRequestError, PlanChangedError } from './problem.ts';
import { quoted } from './read-request.ts';

/** Somebody waits for the answer. */
const WRITE_WITHIN_MS = 40_000;

/** `apply`: carries out the plan of this id, if the ledger as it is now still asks for it. */
export const apply: Command<'apply'> = async (deps, { planId, confirm }) => {
  const { ledgerPlan, plan } = await gatherPlan(deps);
  if (plan.id !== planId) {
    throw new PlanChangedError(`The world has moved on since the plan ${quoted(planId)} was made.`);
  }
  const confirmed = await confirmedPlan(deps, ledgerPlan, confirm);
  const ledger = deps.ledgerAs({ ...deps.author, plan: planId });
  const { begun, unwritten } = await carryOutPlan({ ...deps, ledger }, confirmed, deps.now() + WRITE_WITHIN_MS);
  const checkpoints = ledgerPlan.changes.length;
  const written = begun - unwritten.length;
  tellUnwritten(deps.log, unwritten);
  if (written === checkpoints) await useUp(deps.ledger, confirmed, deps.now());
  await wakeShare(deps);
  deps.log.info('Plan applied', { planId, checkpoints, written, revocations: ledgerPlan.revocations.length });
  const { counts, underWay, calls } = plan;
  const { rows } = unwrittenRows(unwritten);
  return { planId, counts, underWay, calls, checkpoints, notWritten: checkpoints - written, unwritten: rows };
};

/** The plan with the person's word; throws where it needs one and has none, or has another's. */
async function confirmedPlan(deps: CommandDeps, plan: LedgerPlan, confirm: string | null): Promise<LedgerPlan> {
  const { id, revoking, revocations, tracked } = plan;
  if (confirm !== null && confirm !== id) {
    const found = id === null ? 'revokes nothing' : `has the id ${id}`;
    throw new BadRequestError(
      `What is to be confirmed is ${quoted(confirm)}, but this plan ${found}.`,
      'Run ckpt plan, and look at what it revokes, before you confirm it.',
    );
  }
  if (confirm !== null) {
    const word = { kind: 'holds', id: confirm } as const;
    if (revoking !== 'waiting') return { ...plan, word };
    await takeWord(deps, plan);
    return { ...plan, revoking: 'confirmed', word };
  }
  if (revoking !== 'waiting') return plan;
  const why = explainWord(plan.word);
  throw new BadRequestError(
    `This plan revokes ${revocations.length} of ${tracked} tracked permissions, so many that it takes a person's word; nothing was done.${why === null ? '' : ` ${why}`}`,
    `If that is meant, add --confirm ${id}.`,
  );
}
