import type { ObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { JobApi } from '../../../lambdas/core/ports/openai.ts';
import { type ObserveDeps, observe } from '../../../lambdas/use-cases/observe/observe.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { inAnHour, recordLog, type Scene } from '../scene.ts';

export interface Parts {
  readonly ledger?: Ledger;
  readonly policy?: Policy;
  readonly api?: JobApi;
}

/** What one observe function is wired with; parts may be swapped. */
export function observeDeps(scene: Scene, { ledger = scene.ledger, policy = scene.policy, api }: Parts = {}) {
  const jobs = api ?? scene.jobApi();
  const { log, lines } = recordLog();
  const deps: ObserveDeps = {
    policy,
    ledger,
    jobsOf: (source) => (policy.projects.some(({ alias }) => alias === source) ? jobs : undefined),
    now: scene.time.now,
    log,
  };
  return { ...deps, lines };
}

/** A webhook for a job of the source `research`. */
export function webhookFor(scene: Scene, jobId: string): ObserveRequest {
  return { source: 'research', jobId, webhookAt: scene.time.now() };
}

/** Looks at a job as for a webhook. */
export async function look(scene: Scene, jobId: string, parts: Parts & { readonly attempt?: number } = {}) {
  return observe(observeDeps(scene, parts), webhookFor(scene, jobId), parts.attempt ?? 1);
}

/** All that the ledger has of jobs and checkpoints, versions included. */
export async function rows({ ledger }: Scene) {
  const [jobs, checkpoints] = await Promise.all([ledger.listJobs(null), ledger.listCheckpoints(null)]);
  return { jobs: jobs.items, checkpoints: checkpoints.items };
}

export function sharingWith(to: readonly string[], rule: Parameters<typeof aRule>[0] = {}): Policy {
  return aPolicy([aRule({ name: 'everything', checkpoints: { kind: 'all' }, to, ...rule })]);
}

/** Shares what is due; gives who has which checkpoint at OpenAI. */
export async function share(scene: Scene, checkpoints: readonly string[]) {
  await drain(scene.deps(), 'share', inAnHour(scene));
  return Object.fromEntries(
    checkpoints.map((checkpoint) => [checkpoint, scene.fake.permissions(checkpoint).map(({ projectId }) => projectId)]),
  );
}
