import { JOB_ID } from '../../core/model/ids.ts';
import { hasEnded, type JobRecord } from '../../core/model/job.ts';
import type { CheckpointRecord, Want } from '../../core/model/permission.ts';
import { heardOf } from '../../core/plan/heard-of.ts';
import { planCheckpoint } from '../../core/plan/plan-checkpoint.ts';
import { standingOf } from '../../core/plan/standing.ts';
import { readWanted } from '../../core/plan/wanted.ts';
import { explainRules, type RuleExplanation } from '../../core/policy/explain-rules.ts';
import { mayTellMore, missingFacts } from '../../core/policy/facts-to-come.ts';
import { aliasOf, findSource, type Policy, policyDigest, type Selection } from '../../core/policy/policy.ts';
import type { ExplainedPermission, ExplainedRule } from '../../shared/contract/explain.ts';
import { readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { ANSWER_BYTES, asManyAsFit, sizeOf, toIso, toIsoOrNull } from './answer.ts';
import type { Command, CommandDeps } from './deps.ts';
import { expectCheckpoint } from './names.ts';
import { readOtherPolicy } from './other-policy.ts';

/** Of an answer, for the rules; the permissions have the rest. */
const RULES_BYTES = 2_500_000;

/** `explain`: what each rule makes of a job, and how far it is with what they want. Reads the ledger, writes nothing. */
export const explain: Command<'explain'> = async (deps, { what, policy: sent }) => {
  const other = readOtherPolicy(sent);
  const policy = other ?? deps.policy;
  const now = deps.now();
  const job = await findJob(deps, what);
  const rules = job === undefined ? [] : explainRules(policy, job, now);
  const toldRules = asManyAsFit(
    rules.map((rule) => describeRule(rule, policy)),
    RULES_BYTES,
  );
  const permissions = await explainPermissions(deps, policy, what, job);
  const toldPermissions = asManyAsFit(permissions, ANSWER_BYTES - sizeOf(toldRules));
  return {
    what,
    policy: { deployed: other === null, digest: policyDigest(policy) },
    job: job === undefined ? null : describeJob(job),
    notes: job === undefined ? [unknownJob(what)] : notesOf(policy, job, what, now),
    rules: toldRules,
    rulesLeftOut: rules.length - toldRules.length,
    permissions: toldPermissions,
    permissionsLeftOut: permissions.length - toldPermissions.length,
  };
};

/** The job that is named, or that has left the named checkpoint. */
async function findJob({ ledger }: CommandDeps, what: string): Promise<JobRecord | undefined> {
  if (JOB_ID.test(what)) return ledger.getJob(what);
  expectCheckpoint(what);
  const record = await ledger.getCheckpoint(what);
  const known = record?.jobId ? await ledger.getJob(record.jobId) : undefined;
  if (known !== undefined) return known;
  // What nobody wants has no record: then only the jobs tell.
  for await (const job of everyItem(ledger.listJobs)) {
    if (job.checkpoints.some(({ checkpoint }) => checkpoint === what)) return job;
  }
  return undefined;
}

function unknownJob(what: string): string {
  return JOB_ID.test(what)
    ? `The ledger does not know this job: "ckpt adopt ${what}" brings it in, and a reconcile does where it is of a source of the policy.`
    : 'The ledger does not know the job of this checkpoint, so that no rule can be held against it: "ckpt adopt ftjob-…" brings its job in. Pins count all the same.';
}

/** What goes before all rules. */
function notesOf(policy: Policy, job: JobRecord, what: string, now: number): readonly string[] {
  const { jobId, source, status, forgotten, checkpoints } = job;
  const isListed = JOB_ID.test(what) || checkpoints.some(({ checkpoint }) => checkpoint === what);
  const who = forgotten?.by ? ` by ${forgotten.by}` : '';
  return [
    forgotten &&
      `The job was forgotten${who}: no rule shares anything of it before "ckpt adopt ${jobId}" takes it up again.`,
    findSource(policy, source) === undefined &&
      `The policy has no source ${source}: nothing of the job is shared, or let go of.`,
    !hasEnded(status) && `The job has not ended yet (${status}): the rules decide when it has.`,
    mayTellMore(policy, job, now) &&
      `OpenAI may not have told all of the job yet (${missingFacts(policy, job)}): it is read again by itself.`,
    !isListed && `OpenAI does not list this checkpoint among those of ${jobId}: no rule takes it.`,
    policy.rules.length === 0 && 'The policy has no rules.',
  ].filter((note) => typeof note === 'string');
}

function describeJob({ jobId, source, status, baseModel, finalModel, metadata, createdAt, finishedAt }: JobRecord) {
  const times = { createdAt: toIso(createdAt), finishedAt: toIsoOrNull(finishedAt) };
  return { jobId, source, status, baseModel, finalModel, metadata, ...times };
}

function describeRule({ rule, conditions, matches, outcome }: RuleExplanation, policy: Policy): ExplainedRule {
  return {
    rule: rule.name,
    matches,
    conditions,
    selection: describeSelection(rule.checkpoints),
    shortfall: outcome?.selected.shortfall ?? null,
    expiresAt: toIsoOrNull(outcome?.expiresAt ?? null),
    expired: outcome?.isExpired ?? false,
    checkpoints: (outcome?.judged ?? []).map(({ facts: { checkpoint, step, final }, value, taken, why }) => {
      return { checkpoint, step, final, value, taken, why };
    }),
    targets: (outcome === null ? [] : rule.to).map((projectId) => {
      return { projectId, project: aliasOf(policy, projectId), owns: !outcome?.targets.includes(projectId) };
    }),
  };
}

function describeSelection(selection: Selection): string {
  if (selection.kind === 'last') return `last ${selection.count}`;
  return selection.kind === 'best' ? `best ${selection.metric}` : selection.kind;
}

/** What rules and pins want of the checkpoints, and how far it is with that. */
async function explainPermissions(
  { ledger, now }: CommandDeps,
  policy: Policy,
  what: string,
  job: JobRecord | undefined,
): Promise<readonly ExplainedPermission[]> {
  const at = now();
  const names = JOB_ID.test(what) ? (job?.checkpoints ?? []).map(({ checkpoint }) => checkpoint) : [what];
  const wanted = readWanted(policy, job === undefined ? [] : [job], at);
  const pins = readWanted({ ...policy, rules: [] }, [], at).wants;
  const [pause, refused] = await Promise.all([readState(ledger, 'pause'), ledger.refusedProjects()]);
  const describe = (record: CheckpointRecord, wants: readonly Want[]) => {
    const actions = planCheckpoint(policy, wanted, record, at);
    const pinned = new Set(pins.get(record.checkpoint)?.map(({ projectId }) => projectId));
    return wants.map((want): ExplainedPermission => {
      const { projectId, rule } = want;
      const { standing, reason, until } = standingOf({
        record,
        want,
        action: actions.find((action) => action.projectId === projectId),
        pause,
        refused: refused.find((project) => project.projectId === projectId),
        now: at,
      });
      return {
        checkpoint: record.checkpoint,
        projectId,
        project: aliasOf(policy, projectId),
        rule,
        pinned: pinned.has(projectId),
        standing,
        reason,
        until: toIsoOrNull(until),
        permissionId: record.permissions[projectId]?.permissionId ?? null,
      };
    });
  };
  const explained = names.map(async (checkpoint) => {
    const wants = wanted.wants.get(checkpoint);
    if (wants === undefined) return [];
    return describe((await ledger.getCheckpoint(checkpoint)) ?? heardOf(checkpoint, job, at), wants);
  });
  return (await Promise.all(explained)).flat();
}
