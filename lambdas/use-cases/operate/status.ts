import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { aliasOf, policyDigest } from '../../core/policy/policy.ts';
import { LANES } from '../../core/ports.ts';
import type { QueueDepth } from '../../shared/contract/operator.ts';
import { everyItem } from '../pages.ts';
import type { OperatorCommand } from './command.ts';
import { countCheckpoints } from './count-checkpoints.ts';
import { countJobs } from './count-jobs.ts';
import type { OperateDeps } from './deps.ts';
import { endpointStatus } from './endpoint-status.ts';
import { toIso } from './iso-time.ts';
import { allowOnly } from './payload.ts';
import { sourceStatus } from './source-status.ts';

/** `status`: how the system stands. Reads every checkpoint and job of the ledger, and answers with numbers. */
export const status: OperatorCommand<'status'> = {
  parse(fields) {
    allowOnly(fields, ['command']);
    return { command: 'status' };
  },

  async run(deps) {
    const { ledger, policy } = deps;
    const now = deps.now();
    const [checkpoints, jobs, sources, refused, pacer, queue, deadLetters] = await Promise.all([
      countCheckpoints(everyItem(ledger.listCheckpoints), policy, now),
      countJobs(everyItem(ledger.listJobs)),
      ledger.getSources(),
      ledger.refusedProjects(),
      readPacer(deps, now),
      depthOrNull(deps, 'observe'),
      depthOrNull(deps, 'deadLetters'),
    ]);
    return {
      at: toIso(now),
      policyDigest: policyDigest(policy),
      sources: sourceStatus(policy, sources, jobs.bySource),
      ...checkpoints,
      pacer,
      queue,
      deadLetters,
      jobs: jobs.jobs,
      refusedProjects: refused.map(({ projectId, reason, retryAt }) => {
        return { projectId, project: aliasOf(policy, projectId), reason, retryAt: toIso(retryAt) };
      }),
    };
  },
};

function readPacer({ pacerStore, pacerRules }: OperateDeps, now: number) {
  return Promise.all(
    LANES.map(async (lane) => {
      const endpoint = ENDPOINT_OF[lane];
      return endpointStatus(endpoint, await pacerStore.read(endpoint), pacerRules, now);
    }),
  );
}

/** What the ledger says is worth an answer also while a queue cannot be asked. */
async function depthOrNull(
  { queues, log }: OperateDeps,
  name: keyof OperateDeps['queues'],
): Promise<QueueDepth | null> {
  try {
    return await queues[name]();
  } catch (error) {
    log.warn('Queue could not be asked how much is in it', { queue: name, error });
    return null;
  }
}
