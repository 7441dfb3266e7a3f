import type { ObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { JobApi } from '../../../lambdas/core/ports/openai.ts';
import { observe } from '../../../lambdas/use-cases/observe/observe.ts';
import { type ReconcileDeps, reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { sweepSource } from '../../../lambdas/use-cases/reconcile/sweep-source.ts';
import type { JobSpec } from '../../fake-openai/state/job-spec.ts';
import { observeDeps } from '../observe/looking.ts';
import { recordLog, type Scene } from '../scene.ts';

export const SOURCE = 'research';
export const HOUR_MS = 60 * 60_000;

export interface SweepParts {
  readonly ledger?: Ledger;
  readonly api?: JobApi;
  readonly policy?: Policy;
  readonly jobsOf?: ReconcileDeps['jobsOf'];
  /** Left out: no model is looked up. */
  readonly modelsOf?: ReconcileDeps['modelsOf'];
}

/** A reconcile function with a queue in memory. */
export function createSweeper(scene: Scene) {
  const queued: ObserveRequest[] = [];
  const waker = { wake: async () => undefined };
  const queue = { send: async (request: ObserveRequest) => void queued.push(request) };

  function deps(parts: SweepParts = {}) {
    const { ledger = scene.ledger, api = scene.jobApi(), policy = scene.policy } = parts;
    const { jobsOf = () => api, modelsOf = () => undefined } = parts;
    const { log, lines } = recordLog();
    return { ledger, ledgerOf: () => ledger, queue, waker, policy, jobsOf, modelsOf, now: scene.time.now, log, lines };
  }

  return {
    queue,
    deps,
    sweep: (parts: SweepParts = {}, stopAt = scene.time.now() + HOUR_MS) =>
      sweepSource(deps(parts), SOURCE, parts.api ?? scene.jobApi(), stopAt),
    reconcile: (parts: SweepParts = {}, stopAt = scene.time.now() + HOUR_MS) => reconcile(deps(parts), false, stopAt),
    /** The jobs that were handed on since the last time this was asked. */
    handedOn: () => queued.splice(0).map(({ jobId }) => jobId),
    /** Lets observe look at all that was handed on. */
    async observeAll() {
      for (const request of queued.splice(0)) await observe(observeDeps(scene), request, 1);
    },
    sweepRecord: () => scene.ledger.getSweep(SOURCE),
  };
}

/** So many jobs of the source, a minute apart, the newest one now; gives their ids, oldest first. */
export function addJobs(scene: Scene, count: number, spec: Partial<JobSpec> = {}): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const createdAt = scene.time.now() - (count - 1 - index) * 60_000;
    return scene.fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1, createdAt, ...spec }).id;
  });
}

/** Time passes while OpenAI answers. */
export function slow(scene: Scene, api: JobApi, ms: number): JobApi {
  return {
    ...api,
    listJobs: async (after) => {
      scene.time.advance(ms);
      return api.listJobs(after);
    },
    getJob: async (jobId) => {
      scene.time.advance(ms);
      return api.getJob(jobId);
    },
  };
}
