import { newCheckpoint } from '../../core/checkpoint/record.ts';
import { repairable, repairByHand } from '../../core/checkpoint/repair.ts';
import { shareByHand } from '../../core/checkpoint/share-by-hand.ts';
import type { CheckpointRecord, Want } from '../../core/model/permission.ts';
import { heardOf } from '../../core/plan/heard-of.ts';
import { isExpired } from '../../core/plan/plan-checkpoint.ts';
import { readWanted } from '../../core/plan/wanted.ts';
import { aliasOf, findProject, type Policy } from '../../core/policy/policy.ts';
import type { RequestOf, WantedBy } from '../../shared/contract/operator.ts';
import { changeCheckpoint, tryCheckpoint } from '../change.ts';
import { toIsoOrNull } from './answer.ts';
import type { Command, OperateDeps } from './deps.ts';
import { type CommandDeps, tryKeyAgain, wakeShare } from './deps.ts';
import { type CheckpointOrigin, findOrigin, withOrigin } from './find.ts';
import { expectCheckpoint, projectIdsOf } from './names.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';

/**
 * `share`: these projects are to have the checkpoint, beside what the policy wants. What is needed becomes due at once; a dry
 * run only tells.
 */
export const share: Command<'share'> = async (deps, request) => {
  const { ledger, policy, now, log } = deps;
  const { checkpoint, projects, dryRun } = request;
  expectCheckpoint(checkpoint);
  const projectIds = projectIdsOf(policy, projects);
  if (projectIds.length === 0) throw new BadRequestError('No project was named.', 'Name one or more with --to.');
  const known = await ledger.getCheckpoint(checkpoint);
  const origin = await findOrigin(ledger, checkpoint, known);
  refuseOwner(deps, origin, projectIds);
  const job = origin.jobId === null ? undefined : await ledger.getJob(origin.jobId);
  // Of what nobody knows the age of, a person's word is enough.
  const unheard = job === undefined ? newCheckpoint(checkpoint, origin) : heardOf(checkpoint, job, now());
  const byPolicy = await policyWants(deps, checkpoint, origin.jobId);
  if (!dryRun) await pardon(deps, projectIds);

  let wants: readonly Want[] = [];
  await (dryRun ? tryCheckpoint : changeCheckpoint)(ledger, unheard, (record) => {
    wants = projectIds.map((projectId) => byPolicy.get(projectId) ?? wantOf(request, record, projectId));
    return shareByHand(withOrigin(record, origin), wants, now());
  });
  const told = wants.map((want) => {
    return {
      projectId: want.projectId,
      project: aliasOf(policy, want.projectId),
      wantedBy: describeWant(policy, want),
    };
  });
  if (dryRun) return { checkpoint, projects: told };
  log.info('Sharing asked for by a person', { checkpoint, projectIds });
  await tryKeyAgain(deps);
  await wakeShare(deps);
  return { checkpoint, projects: told };
};

/** A pin, or what was adopted, stays what it is; an earlier wish of an operator takes the new terms. */
function wantOf({ onDrift, expiresAt }: RequestOf<'share'>, record: CheckpointRecord, projectId: string): Want {
  const current = record.permissions[projectId]?.want ?? null;
  if (current !== null && current.origin === 'adopted') return current;
  const until = expiresAt === null ? null : Date.parse(expiresAt);
  return { projectId, origin: 'operator', rule: null, onDrift, expiresAt: until };
}

/** OpenAI would refuse the call, and with it those for the others. */
function refuseOwner({ policy }: CommandDeps, { source }: CheckpointOrigin, projectIds: readonly string[]): void {
  const owner = source === null ? undefined : findProject(policy, source);
  if (owner === undefined || !projectIds.includes(owner.id)) return;
  throw new BadRequestError(
    `${owner.alias} (${owner.id}) is the owning project: it trained this checkpoint, and can use it without a permission.`,
    'Name the projects that are to use it beside its owner.',
  );
}

/** A person's word goes before the daily retry of a project that OpenAI has refused. */
async function pardon({ ledger, now }: CommandDeps, projectIds: readonly string[]): Promise<void> {
  const refused = await ledger.refusedProjects();
  for (const project of refused) {
    if (!projectIds.includes(project.projectId) || project.retryAt <= now()) continue;
    await ledger.refuseProject({ ...project, retryAt: now() });
  }
}

/** What the policy as it is deployed wants of one checkpoint, by project id. */
export async function policyWants(
  { policy, ledger, now }: Pick<OperateDeps, 'policy' | 'ledger' | 'now'>,
  checkpoint: string,
  jobId: string | null,
): Promise<ReadonlyMap<string, Want>> {
  const job = jobId === null ? undefined : await ledger.getJob(jobId);
  const { wants } = readWanted(policy, job === undefined ? [] : [job], now());
  const living = (wants.get(checkpoint) ?? []).filter((want) => !isExpired(want, now()));
  return new Map(living.map((want) => [want.projectId, want]));
}

export function describeWant(policy: Policy, want: Want): WantedBy {
  const { projectId, rule, origin, onDrift, expiresAt } = want;
  return { projectId, project: aliasOf(policy, projectId), rule, origin, onDrift, expiresAt: toIsoOrNull(expiresAt) };
}

/**
 * `repair`: what is gone at OpenAI and was left so, because it is flapping or its rule says report, is shared again; a dry run
 * only tells.
 */
export const repair: Command<'repair'> = async (deps, { checkpoint, project, dryRun }) => {
  const { ledger, policy, now, log } = deps;
  const wanted = projectIdsOf(policy, project);
  if ((await ledger.getCheckpoint(checkpoint)) === undefined) {
    throw new BadRequestError(`The ledger has no checkpoint ${quoted(checkpoint)}.`, LIST_DRIFTED);
  }
  let chosen: readonly string[] = [];
  const change = dryRun ? tryCheckpoint : changeCheckpoint;
  await change(ledger, newCheckpoint(checkpoint, { source: null, jobId: null }), (record) => {
    chosen = repairable(record, wanted);
    return repairByHand(record, wanted, now());
  });
  if (chosen.length === 0) throw new BadRequestError(`Nothing of ${quoted(checkpoint)} is drifted.`, LIST_DRIFTED);
  const projects = chosen.map((projectId) => ({ projectId, project: aliasOf(policy, projectId) }));
  if (dryRun) return { checkpoint, projects };
  log.info('Repair asked for by a person', { checkpoint, projectIds: chosen });
  await tryKeyAgain(deps);
  await wakeShare(deps);
  return { checkpoint, projects };
};

const LIST_DRIFTED = 'See what is with "ckpt list --state drifted".';
