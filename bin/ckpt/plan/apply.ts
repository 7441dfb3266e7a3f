import { z } from 'zod';
import type { Applied, Believed, Confirmed } from '../../../lambdas/shared/contract/operator.ts';
import { where } from '../../../lambdas/shared/contract/parts.ts';
import { applied, believed, confirmed } from '../../../lambdas/shared/contract/plan.ts';
import { ask } from '../ask.ts';
import { CliError } from '../errors.ts';
import { type Answer, type CliCommand, type Session, whereIs } from '../session.ts';
import { oneLine } from '../text/paint.ts';
import { askForPlan, readPlanFile } from './plan.ts';
import { type PlanDocument, planDocument } from './plan-document.ts';
import { showPlan } from './plan-text.ts';
import { changesOf, showCalls, showCounts, showLately } from './plan-words.ts';

const document = z
  .union([
    z.strictObject({ ...where, ...applied.shape }).describe(applied.description ?? ''),
    z.strictObject({ ...where, ...confirmed.shape }).describe(confirmed.description ?? ''),
    z.strictObject({ ...where, ...believed.shape }).describe(believed.description ?? ''),
    planDocument,
  ])
  .describe('What was applied or confirmed, or a plan with nothing to do.');

interface ApplyOptions {
  readonly confirm?: string;
  readonly yes?: true;
}

export const apply: CliCommand<ApplyOptions> = {
  document,
  define: (program) =>
    program
      .command('apply')
      .description('carry out a plan: that of a file, or the one of this moment after a question')
      .argument('[file]', 'written by "ckpt plan --out"; refused if it is not the plan any more')
      .option('--confirm <id>', 'let through what revokes unusually much; without a file: the plan that waits')
      .option('--yes', 'do not ask'),

  async run(session, { confirm, yes }, [file]) {
    if (file !== undefined) return carryOut(session, await readPlanFile(file, await whereIs(session)), confirm ?? null);
    if (confirm !== undefined) return applyConfirmed(session, confirm);
    const plan = await askForPlan(session);
    if (changesOf(plan) === plan.underWay) return nothingToDo(plan);
    if (plan.guard.state === 'waiting') throw needsConfirmation(plan);
    if (yes !== true) await agree(session, plan);
    return carryOut(session, plan, null);
  },
};

async function carryOut(session: Session, plan: PlanDocument, confirm: string | null): Promise<Answer> {
  const request = { command: 'apply', planId: plan.id, confirm } as const;
  const done = await ask(session, request, { saying: 'Writing to the ledger …' }).catch((error: unknown) => {
    throw withTime(error, plan);
  });
  return { document: { stack: plan.stack, region: plan.region, ...done }, text: () => showApplied(done) };
}

/** The function knows the plan's id only. */
function withTime(error: unknown, plan: PlanDocument): unknown {
  if (!(error instanceof CliError) || error.name !== 'PlanChangedError') return error;
  const { name, next } = error;
  return new CliError({ name, message: `The world has moved on since ${plan.at}.`, next }, { cause: error });
}

function showApplied({ counts, calls, checkpoints, notWritten, unwritten }: Applied): string {
  const lines = [
    `Applied: ${showCounts(counts)}.`,
    showCalls(calls, 'That takes'),
    notWritten > 0 ? `${notWritten} of ${checkpoints} checkpoints were not written: run ckpt apply again.` : null,
    ...unwritten.map(({ row, reason }) => `${row} cannot be written: ${oneLine(reason)}`),
    'It is being carried out: "ckpt reconcile --wait" waits for it, "ckpt status" shows it.',
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}

function nothingToDo(plan: PlanDocument): Answer {
  const text = plan.underWay === 0 ? 'Nothing to do.' : `Nothing to add to the ${plan.underWay} changes under way.`;
  return { document: plan, text: () => `${text}\n` };
}

async function applyConfirmed(session: Session, id: string): Promise<Answer> {
  const done = await ask(session, { command: 'confirm', id }, { saying: 'Reading the ledger …' });
  return { document: { ...(await whereIs(session)), ...done }, text: () => showConfirmed(done) };
}

function showConfirmed(done: Confirmed | Believed): string {
  const { id, tracked } = done;
  const what =
    'absent' in done
      ? `up to ${done.absent} of ${tracked} tracked permissions are taken for gone, where OpenAI says so once more`
      : `${done.revocations} of ${tracked} tracked permissions will be revoked`;
  return `Confirmed ${id}: ${what}. A reconcile was started, which carries it out: "ckpt reconcile --wait" waits for it.\n`;
}

async function agree({ terminal, paint }: Session, plan: PlanDocument): Promise<void> {
  if (terminal.ask === null) {
    throw new CliError({
      name: 'NoTerminalError',
      message: 'Nobody is there to be asked whether to apply this plan; nothing was done.',
      next: 'Say so with --yes, or apply a plan that was looked at: "ckpt plan --out FILE", then "ckpt apply FILE".',
    });
  }
  terminal.err(`${showPlan(plan, paint, null)}\n`);
  const answer = await terminal.ask('Carry it out? Only "yes" will do: ');
  if (answer.trim() === 'yes') return;
  throw new CliError({ name: 'NotAgreedError', message: 'Nothing was done.', next: 'Type "yes" to carry a plan out.' });
}

function needsConfirmation({ guard }: PlanDocument): CliError {
  const { id, revocations, tracked, voided } = guard;
  return new CliError({
    name: 'ConfirmationNeededError',
    message: `This plan revokes ${revocations} of ${tracked} tracked permissions, so many that it takes a person's word; nothing was done.${showLately(guard)}${voided ? ` ${voided}` : ''}`,
    next: `Look at it with "ckpt plan"; if that is meant, run "ckpt apply --confirm ${id}".`,
  });
}
