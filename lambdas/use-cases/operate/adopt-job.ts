import { recall } from '../../core/checkpoint/hold.ts';
import { NotFoundError } from '../../core/errors.ts';
import { otherEvent } from '../../core/events/checkpoint-event.ts';
import { hasEnded } from '../../core/model/job.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { nextLook } from '../../core/policy/facts-to-come.ts';
import { sourcesOf } from '../../core/policy/policy.ts';
import type { UnwrittenRow } from '../../core/row-failure.ts';
import { changeCheckpoint, changeJob } from '../change.ts';
import { observe } from '../observe/observe.ts';
import { keepOpen } from '../reconcile/sweep-source.ts';
import { tryRow } from '../side-by-side.ts';
import type { Command } from './deps.ts';
import { type CommandDeps, wakeShare } from './deps.ts';
import { explaining, projectKeyName } from './explain-openai.ts';
import { describeJob } from './jobs.ts';
import { expectJobId } from './names.ts';
import { BadRequestError, NotYetError, refuseUnwritten } from './problem.ts';
import { quoted } from './read-request.ts';

/** `adopt-job`: looks at a job now, as if its webhook had come, whether or not it was forgotten. */
export const adoptJob: Command<'adopt-job'> = async (deps, { jobId, source: named }) => {
  const { ledger, policy, sourceApi, now, log, author, requestId } = deps;
  expectJobId(jobId);
  const source = await findSource(deps, jobId, named);
  const unwritten = await remember(deps, jobId);
  const observeDeps = { policy, ledger, jobsOf: sourceApi, now, log };
  const outcome = await observe(observeDeps, { source, jobId, webhookAt: null, askedAt: now() }, 1);
  if (outcome.kind === 'retry')
    throw new NotYetError(`${jobId} is not taken in yet: ${outcome.reason}.`, outcome.afterSeconds);
  const job = await ledger.getJob(jobId);
  if (job === undefined) throw new NotYetError(`${jobId} is not in the ledger yet.`, 1);
  if (!hasEnded(job.status) || nextLook(policy, job) !== null) await keepOpen(ledger, source, jobId);
  await ledger.addEvent(otherEvent('job-adopted', null, author, now(), requestId, { jobId, source }));
  await wakeShare(deps);
  refuseUnwritten(unwritten, `${jobId} was looked at`);
  return describeJob(deps, job);
};

/** A job that was forgotten, and with it what was shared of it, is looked at again. */
async function remember({ ledger, now }: CommandDeps, jobId: string): Promise<readonly UnwrittenRow[]> {
  const known = await ledger.getJob(jobId);
  if (!known?.forgotten) return [];
  const since = known.forgotten.at;
  const unwritten: UnwrittenRow[] = [];
  for (const { checkpoint } of known.checkpoints) {
    const record = await ledger.getCheckpoint(checkpoint);
    if (record === undefined) continue;
    const recalled = (current: CheckpointRecord) => {
      // What was forgotten by itself before the job was stays so.
      const held = Object.entries(current.holds ?? {}).filter(
        ([, { kind, at }]) => kind === 'forgotten' && at >= since,
      );
      const projectIds = held.map(([projectId]) => projectId);
      return recall(current, projectIds, now());
    };
    const failed = await tryRow(checkpoint, () => changeCheckpoint(ledger, record, recalled));
    if (failed !== undefined) unwritten.push(failed);
  }
  await changeJob(ledger, jobId, ({ forgotten: _, ...job }) => ({ ...job, plannedWith: null }));
  return unwritten;
}

/** The source whose key knows the job: jobs do not tell their project. */
async function findSource(deps: CommandDeps, jobId: string, named: string | null): Promise<string> {
  const { policy, sourceApi } = deps;
  const aliases = sourcesOf(policy).map(({ alias }) => alias);
  if (named !== null && !aliases.includes(named)) {
    throw new BadRequestError(
      `There is no source ${quoted(named)}.`,
      `Name one of: ${aliases.join(', ') || 'none there are'}.`,
    );
  }
  for (const alias of named === null ? aliases : [named]) {
    const api = sourceApi(alias);
    if (api === undefined) continue;
    const isKnown = await explaining(projectKeyName(deps, alias), () =>
      api.getJob(jobId).then(
        () => true,
        (error: unknown) => {
          if (error instanceof NotFoundError) return false;
          throw error;
        },
      ),
    );
    if (isKnown) return alias;
  }
  throw new BadRequestError(
    named === null ? `No source project knows a job ${jobId}.` : `${named} knows no job ${jobId}.`,
    'Check its id, and that its project is a source in sharing.yaml.',
  );
}
