import type { Status } from '../../../lambdas/shared/contract/status.ts';
import { showFullPass, showWaiting } from '../plan/wait-text.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine } from '../text/paint.ts';
import { table } from '../text/table.ts';
import { showDuration, showTimeAndAge } from '../text/times.ts';
import { showPaused } from './pause.ts';

/** When all was last compared, and what came of it. */
export function showReconcile({ reconcile, fullPass, at }: Status, paint: Paint): string {
  const { startedAt, endedAt, error } = reconcile;
  if (startedAt === null) return 'never\n';
  const end = endedAt === null ? 'not ended' : `ended ${showTimeAndAge(endedAt, at)}`;
  const failure = endedAt === null || error === null ? '' : `; ${paint('red', `failed: ${oneLine(error)}`)}`;
  return `started ${showTimeAndAge(startedAt, at)}, ${end}${failure}\n${showPass(fullPass, at)}`;
}

/** When the whole ledger was last looked at, and how far the pass has come that is under way. */
function showPass(fullPass: Status['fullPass'] | undefined, at: string): string {
  const { at: last = null, nextAt = null, underWay = null } = fullPass ?? {};
  const ended = last === null ? '' : `last full pass ${showTimeAndAge(last, at)}, next ${showTimeAndAge(nextAt, at)}\n`;
  return underWay === null
    ? ended
    : `${ended}under way since ${showTimeAndAge(underWay.startedAt, at)}: ${showFullPass(underWay)}\n`;
}

/** How old the knowledge of OpenAI is, and how fast it is renewed. */
export function showVerification({ verification, at }: Status): string {
  const { checkpoints, oldestAt, medianAt, fullPassSeconds } = verification;
  if (checkpoints === 0) return 'nothing to verify\n';
  const pass =
    fullPassSeconds === null
      ? 'no budget for it (verifyPerMinute: 0)'
      : `a full pass takes ${showDuration(fullPassSeconds)} within the budget`;
  const ages = `oldest ${showTimeAndAge(oldestAt, at)}, median ${showTimeAndAge(medianAt, at)}`;
  return `checkpoints: ${checkpoints}; last seen at OpenAI: ${ages}\n${pass}\n`;
}

/** Whether the audit log is read and, where it is not, what that costs. */
export function showAuditLog({ auditLog, at }: Status, paint: Paint): string {
  const { setting, access, readAt, refusal, listsPerDay, listsPerDayWithLog } = auditLog;
  const isOff = setting === 'off' || access === 'off';
  const why =
    setting === 'off' ? 'off by sharing.yaml' : `off at OpenAI${refusal === null ? '' : `: ${oneLine(refusal)}`}`;
  const state = isOff
    ? why
    : access === 'on'
      ? `on, last read ${showTimeAndAge(readAt, at) ?? 'never'}`
      : 'not read yet';
  const loud = setting === 'required' && isOff ? paint('red', state) : state;
  const without = isOff ? `, instead of ${listsPerDayWithLog} with the audit log` : '';
  return `${loud}\nVerification takes up to ${listsPerDay} LIST calls a day${without}\n`;
}

/** Empty when all could be written. */
export function showUnwritten({ unwritten, at }: Status, width: number | null): string {
  if (unwritten.count === 0) return '';
  return table(
    unwritten.rows,
    [
      { heading: 'ROW', text: ({ row }) => row },
      { heading: 'BY', text: ({ by }) => by },
      { heading: 'LAST TRY', text: (row) => showTimeAndAge(row.at, at) },
      { heading: 'NEXT TRY', text: ({ retryAt }) => showTimeAndAge(retryAt, at) ?? 'next reconcile' },
      { heading: 'REASON', text: ({ reason }) => reason },
    ],
    width,
  );
}

/** Empty when none is near. */
export function showShutdowns({ shutdowns }: Status, paint: Paint, width: number | null): string {
  if (shutdowns.length === 0) return '';
  return table(
    shutdowns,
    [
      { heading: 'MODEL', text: ({ baseModel }) => baseModel },
      { heading: 'DATE', text: ({ date }) => date },
      { heading: 'DAYS', text: ({ daysLeft }) => daysLeft, paint: (cell) => paint('red', cell), align: 'right' },
      { heading: 'CHECKPOINTS', text: ({ checkpoints }) => checkpoints, align: 'right' },
      { heading: 'PERMISSIONS', text: ({ permissions }) => permissions, align: 'right' },
      { heading: 'PROJECTS', text: ({ projects }) => projects, align: 'right' },
      { heading: 'KNOWN FROM', text: ({ source }) => source },
    ],
    width,
  );
}

/** Empty when nothing is paused. */
export function showPauses({ paused }: Status, paint: Paint): string {
  const text = showPaused(paused);
  return text === '' ? '' : paint('red', text);
}

/** Empty when no plan waits. */
export function showWaitingPlan({ waitingPlan, at }: Status, paint: Paint): string {
  if (waitingPlan === null) return '';
  return `${paint('red', showWaiting(waitingPlan))}\nSince ${showTimeAndAge(waitingPlan.since, at)}\n`;
}

/** Empty while OpenAI shows what the ledger has. */
export function showAbsent({ absent, at }: Status, paint: Paint): string {
  if (absent === null) return '';
  const { permissions, checkpoints, since, reason, waiting } = absent;
  const what = `${permissions} permissions of ${checkpoints} checkpoints, since ${showTimeAndAge(since, at)}: kept as they are.\n`;
  const word =
    waiting === null
      ? ''
      : `${paint('red', `${waiting.permissions} of them are too many to be believed: "ckpt apply --confirm ${waiting.id}" if they are gone indeed.`)}\n`;
  return `${what}${word}${reason}\n`;
}

/** Empty when all is well with the keys, or nobody has looked yet. */
export function showKeys({ keys }: Status, paint: Paint): string {
  const lines = [
    ...keys.concerns.map(({ message, signal }) => `${paint('red', oneLine(message))} See docs/runbook.md#${signal}`),
    ...keys.problems.map((problem) => `Not looked at: ${oneLine(problem)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
