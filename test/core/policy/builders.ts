import type { CheckpointFacts, JobFacts } from '../../../lambdas/core/model/job.ts';
import type { Policy, Rule } from '../../../lambdas/core/policy/policy.ts';

export const DAY_MS = 86_400_000;

export function aRule(parts: Partial<Rule> = {}): Rule {
  return {
    name: 'rule',
    from: ['research'],
    match: { baseModel: null, suffix: null, metadata: {} },
    checkpoints: { kind: 'final' },
    to: ['proj_EU'],
    onDrift: 'repair',
    expireAfterDays: null,
    ...parts,
  };
}

export function aPolicy(rules: readonly Rule[] = [aRule()], parts: Partial<Policy> = {}): Policy {
  return {
    version: 1,
    openai: {
      baseUrl: 'https://api.openai.com/v1',
      adminKeySecret: null,
      adminRequestsPerMinute: 6,
      tokenUrl: 'https://auth.openai.com/oauth/token',
    },
    rotation: {
      adminKeySeconds: null,
      projectKeysSeconds: null,
      webhookSecretsSeconds: null,
      graceSeconds: 86_400,
      allowWiderAdminKey: false,
    },
    projects: [
      { alias: 'research', id: 'proj_RESEARCH', source: { apiKeySecret: null, webhookSecret: null } },
      { alias: 'prod-eu', id: 'proj_EU', source: null },
      { alias: 'prod-us', id: 'proj_US', source: null },
    ],
    rules,
    permissions: [],
    prune: false,
    reconcile: { everySeconds: 900, verifyPerMinute: 2, auditLog: 'auto' },
    shutdowns: [],
    ...parts,
  };
}

export const FINAL = 'ft:gpt-4o-mini-2024-07-18:org:support-v2:Final';

export function aCheckpoint(parts: Partial<CheckpointFacts> = {}): CheckpointFacts {
  return { checkpoint: FINAL, step: null, final: true, metrics: {}, ...parts };
}

/** An intermediate checkpoint. */
export function atStep(step: number, metrics: CheckpointFacts['metrics'] = {}): CheckpointFacts {
  const checkpoint = `ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid${step}:ckpt-step-${step}`;
  return { checkpoint, step, final: false, metrics };
}

/** A job that succeeded, ended at 1000 days since the epoch, and left a final model and two intermediate ones. */
export function aJob(parts: Partial<JobFacts> = {}): JobFacts {
  return {
    jobId: 'ftjob-1',
    source: 'research',
    status: 'succeeded',
    baseModel: 'gpt-4o-mini-2024-07-18',
    finalModel: FINAL,
    metadata: { stage: 'release' },
    createdAt: 999 * DAY_MS,
    finishedAt: 1000 * DAY_MS,
    checkpoints: [atStep(10), atStep(20), aCheckpoint()],
    ...parts,
  };
}
