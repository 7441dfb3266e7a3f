import { forget, holdOf } from '../../core/checkpoint/hold.ts';
import { newCheckpoint } from '../../core/checkpoint/record.ts';
import { otherEvent } from '../../core/events/checkpoint-event.ts';
import type { JobRecord } from '../../core/model/job.ts';
import { readWanted, type Wanted } from '../../core/plan/wanted.ts';
import type { UnwrittenRow } from '../../core/row-failure.ts';
import { changeCheckpoint, changeJob } from '../change.ts';
import { tryRow } from '../side-by-side.ts';
import type { Command, CommandDeps } from './deps.ts';
import { refuseInDoubt } from './hold.ts';
import { noJob } from './names.ts';
import { refuseUnwritten } from './problem.ts';
import { projectsWhere } from './select-permissions.ts';

/**
 * `forget-job`: a job is not looked at any more, and what was shared of it is not tracked: OpenAI keeps it. First the job,
 * so that nothing new is wanted of it meanwhile; asked again after a failure, it goes on.
 */
export const forgetJob: Command<'forget-job'> = async (deps, { jobId }) => {
  const { ledger, policy, now, log, author, requestId } = deps;
  const known = await ledger.getJob(jobId);
  if (known === undefined) throw noJob(jobId);
  await refuseWhileInDoubt(deps, known);
  const said = { at: now(), by: author.actor };
  const { source } = known;
  const event = otherEvent('job-forgotten', null, author, now(), requestId, { jobId, source });
  const job = await changeJob(
    ledger,
    jobId,
    (current) => (current.forgotten ? current : { ...current, forgotten: said }),
    event,
  );
  if (job === undefined) throw noJob(jobId);
  const permissions: { checkpoint: string; projectId: string }[] = [];
  const wanted = readWanted(policy, [known], now());
  const unwritten: UnwrittenRow[] = [];
  for (const { checkpoint } of job.checkpoints) {
    const failed = await tryRow(checkpoint, async () => {
      permissions.push(...(await forgetCheckpoint(deps, job, checkpoint, wanted)));
    });
    if (failed !== undefined) unwritten.push(failed);
  }
  log.info('Job forgotten', { jobId, permissions: permissions.length });
  refuseUnwritten(unwritten, `${jobId} is forgotten`);
  return { jobId, source, permissions };
};

async function refuseWhileInDoubt({ ledger, policy, now }: CommandDeps, { checkpoints }: JobRecord): Promise<void> {
  for (const { checkpoint } of checkpoints) {
    const record = await ledger.getCheckpoint(checkpoint);
    if (record !== undefined) refuseInDoubt(record, Object.keys(record.permissions), policy, now());
  }
}

/**
 * Also of projects that have nothing of it yet: whoever read the job a moment before would else still want it for them. What a
 * person has said of single projects stands, and what is somebody else's was not tracked.
 */
async function forgetCheckpoint(deps: CommandDeps, { jobId, source }: JobRecord, checkpoint: string, wanted: Wanted) {
  const { ledger, policy, now, author } = deps;
  const byRule = (wanted.wants.get(checkpoint) ?? []).map(({ projectId }) => projectId);
  let tracked: readonly string[] = [];
  await changeCheckpoint(ledger, newCheckpoint(checkpoint, { source, jobId }), (current) => {
    const isFree = (projectId: string) => holdOf(current, projectId) === undefined;
    tracked = projectsWhere(({ projectId, state }) => state !== 'foreign' && isFree(projectId))(current);
    const isForeign = (projectId: string) => current.permissions[projectId]?.state === 'foreign';
    const toCome = byRule.filter((projectId) => isFree(projectId) && !isForeign(projectId));
    const projectIds = [...new Set([...tracked, ...toCome])];
    if (projectIds.length === 0) return current;
    refuseInDoubt(current, projectIds, policy, now());
    return forget(current, projectIds, { kind: 'forgotten', at: now(), by: author.actor });
  });
  return tracked.map((projectId) => ({ checkpoint, projectId }));
}
