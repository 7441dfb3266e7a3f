import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import type { OperatorCommand } from './command.ts';
import { gatherPlan } from './gather-plan.ts';
import { allowOnly, quoted, readText } from './payload.ts';
import { BadRequestError } from './problem.ts';
import { explainWord, takeWord } from './take-word.ts';

/**
 * `confirm`: lets the plan that waits under this id through, and has a reconcile carry it out. What waits is decided by the
 * ledger as it is now: right after a deploy, no reconcile may have taken note of it yet.
 */
export const confirm: OperatorCommand<'confirm'> = {
  parse(fields) {
    allowOnly(fields, ['command', 'id']);
    return { command: 'confirm', id: readText(fields, 'id') };
  },

  async run(deps, { id }) {
    const { ledgerPlan } = await gatherPlan(deps);
    if (ledgerPlan.id !== id) throw isAnother(id, ledgerPlan);
    const { revocations, tracked, revoking } = ledgerPlan;
    if (revoking === 'waiting') await takeWord(deps, ledgerPlan);
    await deps.reconciler.start({ verifyAll: false, askedAt: deps.now() });
    return { id, revocations: revocations.length, tracked };
  },
};

function isAnother(id: string, plan: LedgerPlan): BadRequestError {
  const why = explainWord(plan.word);
  const because = why === null ? '' : ` ${why}`;
  if (plan.revoking !== 'waiting') {
    return new BadRequestError(
      `No plan waits for confirmation, under ${quoted(id)} or another id.${because}`,
      'Run ckpt plan.',
    );
  }
  return new BadRequestError(
    `The plan that waits for confirmation is ${plan.id}, not ${quoted(id)}: it revokes ${plan.revocations.length} of ${plan.tracked} tracked permissions.${because}`,
    'Run ckpt plan, and look at what it revokes, before you confirm it.',
  );
}
