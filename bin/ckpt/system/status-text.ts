import { LANES, PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import { ENDPOINT_OF } from '../../../lambdas/core/pacing/endpoints.ts';
import type { QueueDepth, SourceStatus } from '../../../lambdas/shared/contract/operator.ts';
import type { Status } from '../../../lambdas/shared/contract/status.ts';
import type { Where } from '../session.ts';
import type { Paint } from '../text/paint.ts';
import { paintState } from '../text/paint.ts';
import { table } from '../text/table.ts';
import { distance, showTime, showTimeAndAge } from '../text/times.ts';
import {
  showAbsent,
  showAuditLog,
  showKeys,
  showPauses,
  showReconcile,
  showShutdowns,
  showUnwritten,
  showVerification,
  showWaitingPlan,
} from './status-care-text.ts';

/** The status for people. `width` is the terminal's, null where there is none. */
export function showStatus(status: Status & Where, paint: Paint, width: number | null): string {
  const sections: (readonly [title: string, text: string])[] = [
    ['Paused', showPauses(status, paint)],
    ['Waiting plan', showWaitingPlan(status, paint)],
    ['Not shown by OpenAI any more', showAbsent(status, paint)],
    ['Sources', showSources(status, paint, width)],
    ['Permissions', showPermissions(status, paint)],
    ['Reconcile', showReconcile(status, paint)],
    [`Rows that cannot be written: ${status.unwritten.count}`, showUnwritten(status, width)],
    ['Verification', showVerification(status)],
    ['Audit log', showAuditLog(status, paint)],
    ['Keys', showKeys(status, paint)],
    ['Shutdowns ahead', showShutdowns(status, paint, width)],
    ['Admin calls', showLanes(status, paint, width)],
    ['Queue', showQueues(status, paint)],
    ['Refused projects', showRefused(status, width)],
    [notesTitle(status), showNotes(status, width)],
  ];
  const { stack, region, at, policyDigest } = status;
  const heading = `${paint('bold', stack)} in ${region}, ${showTime(at)}, policy ${policyDigest.slice(0, 12)}\n`;
  const shown = sections.filter(([, text]) => text !== '').map(([title, text]) => `${paint('bold', title)}\n${text}`);
  return [heading, ...shown].join('\n');
}

function showSources({ sources, at }: Status, paint: Paint, width: number | null): string {
  if (sources.length === 0) return 'none\n';
  return table(
    sources,
    [
      { heading: 'SOURCE', text: ({ alias }) => alias },
      { heading: 'PROJECT', text: ({ projectId }) => projectId ?? 'not in the policy any more' },
      { heading: 'JOBS', text: ({ jobs }) => jobs, align: 'right' },
      { heading: 'LAST WEBHOOK', text: ({ lastWebhookAt }) => showTimeAndAge(lastWebhookAt, at) ?? 'never' },
      { heading: 'LAST JOB', text: ({ lastJobId }) => lastJobId },
      { heading: 'OBSERVED', text: ({ lastJobAt }) => showTimeAndAge(lastJobAt, at) },
      { heading: 'SWEPT', text: ({ sweep }) => showTimeAndAge(sweep?.sweptAt ?? null, at) },
      { heading: 'SWEEPING', text: ({ sweep }) => sweep?.backfill && `${sweep.backfill.jobs} jobs so far` },
      { heading: 'OPEN', text: ({ sweep }) => sweep?.openJobs || null, align: 'right' },
      { heading: 'UNKNOWN JOB', text: ({ lastUnknownJob }) => showUnknownJob(lastUnknownJob, at) },
      { heading: 'UNREADABLE JOBS', text: ({ sweep }) => showOddJobs(sweep), paint: (cell) => paint('yellow', cell) },
      {
        heading: 'WEBHOOK ENDPOINT',
        text: ({ webhookEndpoint: problem }) => problem,
        paint: (cell) => paint('red', cell),
      },
      { heading: 'ERROR', text: ({ sweep }) => sweep?.error, paint: (cell) => paint('red', cell) },
    ],
    width,
  );
}

function showUnknownJob(job: SourceStatus['lastUnknownJob'], at: string): string | null {
  return job && `${job.jobId} (${showTimeAndAge(job.at, at)})`;
}

/** The first by name: the document has all of them. */
function showOddJobs(sweep: SourceStatus['sweep']): string | null {
  const [first, ...others] = sweep?.oddJobs ?? [];
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${first.jobId ?? 'one without an id'}${more}: ${first.problem}`;
}

function showPermissions({ permissions, checkpoints, countedAt, flapping, at }: Status, paint: Paint): string {
  const counts = PERMISSION_STATES.filter((state) => permissions[state] > 0).map((state) =>
    paintState(paint, state, `${permissions[state]} ${state}`),
  );
  if (counts.length === 0) return 'none\n';
  const left =
    flapping === 0 ? '' : `\n${flapping} of the drifted are flapping, and left until somebody runs "ckpt repair"`;
  // Left out by older versions, which count all of them.
  const counted = countedAt ? `\ncounted ${showTimeAndAge(countedAt, at)}, with what has changed since\n` : '\n';
  return `${counts.join(', ')}; checkpoints: ${checkpoints}${left}${counted}`;
}

function showLanes({ due, pacer, at }: Status, paint: Paint, width: number | null): string {
  const rows = LANES.map((lane) => {
    return { lane, due: due[lane], pace: pacer.find(({ endpoint }) => endpoint === ENDPOINT_OF[lane]) };
  });
  return table(
    rows,
    [
      { heading: 'CALL', text: ({ lane }) => lane },
      { heading: 'DUE', text: ({ due }) => due.now, align: 'right' },
      { heading: 'OLDEST DUE', text: ({ due }) => showTimeAndAge(due.oldestAt, at) },
      { heading: 'LATER', text: ({ due }) => due.later, align: 'right' },
      { heading: 'NEXT DUE', text: ({ due }) => showTimeAndAge(due.nextAt, at) },
      {
        heading: 'LIMIT',
        text: ({ pace }) =>
          pace && (pace.limit < pace.configuredLimit ? `${pace.limit} of ${pace.configuredLimit}` : pace.limit),
        paint: (cell, { pace }) => (pace && pace.limit < pace.configuredLimit ? paint('yellow', cell) : cell),
        align: 'right',
      },
      { heading: 'CALLS NOW', text: ({ pace }) => pace?.callsInWindow, align: 'right' },
      { heading: 'NEXT CALL', text: ({ pace }) => pace && distance(pace.nextCallAt, at) },
      { heading: 'HELD', text: ({ pace }) => pace?.holdReason, paint: (cell) => paint('red', cell) },
    ],
    width,
  );
}

function showQueues({ queue, deadLetters }: Status, paint: Paint): string {
  const depth = (each: QueueDepth | null) =>
    each === null ? 'not known' : `${each.waiting} waiting, ${each.inFlight} in flight`;
  const dead = deadLetters === null ? 'not known' : String(deadLetters.waiting + deadLetters.inFlight);
  return `${depth(queue)}; dead letters: ${dead === '0' ? dead : paint('red', dead)}\n`;
}

function showRefused({ refusedProjects, at }: Status, width: number | null): string {
  if (refusedProjects.length === 0) return '';
  return table(
    refusedProjects,
    [
      { heading: 'PROJECT', text: ({ project, projectId }) => project ?? projectId },
      { heading: 'NEXT TRY', text: ({ retryAt }) => showTimeAndAge(retryAt, at) },
      { heading: 'REASON', text: ({ reason }) => reason },
    ],
    width,
  );
}

function notesTitle({ jobs }: Status): string {
  const { notes, withNotes, known } = jobs;
  const last = notes.length < withNotes ? `, the last ${notes.length} of them` : '';
  return `Jobs with a note: ${withNotes} of ${known}${last}`;
}

function showNotes({ jobs, at }: Status, width: number | null): string {
  if (jobs.notes.length === 0) return '';
  return table(
    jobs.notes,
    [
      { heading: 'JOB', text: ({ jobId }) => jobId },
      { heading: 'SOURCE', text: ({ source }) => source },
      { heading: 'STATUS', text: ({ status }) => status },
      { heading: 'OBSERVED', text: ({ observedAt }) => showTimeAndAge(observedAt, at) },
      { heading: 'NOTE', text: ({ note }) => note },
    ],
    width,
  );
}
