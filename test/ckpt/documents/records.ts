import { type JobRecord, METRICS } from '../../../lambdas/core/model/job.ts';
import type { CheckpointRecord, Hold } from '../../../lambdas/core/model/permission.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { aJobRecord, aPermission, aRecord, aWant, MODEL, NOW } from '../../use-cases/operate/ask.ts';

export const HOUR = 3_600_000;

const model = (id: string) => `ft:gpt-4o-mini-2024-07-18:org::${id}`;

/** A checkpoint whose job is in no source. */
export const STRAY = model('Stray');
/** One that OpenAI does not know any more. */
export const GONE = model('Gone');

/** Three sources; one rule, whose permissions expire; one pin. */
export const POLICY = aPolicy([aRule({ name: 'support', to: ['proj_EU', 'proj_US'], expireAfterDays: 90 })], {
  projects: [
    ...['research', 'lab', 'attic'].map((alias) => {
      return { alias, id: `proj_${alias.toUpperCase()}`, source: { apiKeySecret: null, webhookSecret: null } };
    }),
    { alias: 'prod-eu', id: 'proj_EU', source: null },
    { alias: 'prod-us', id: 'proj_US', source: null },
  ],
  permissions: [{ checkpoint: STRAY, to: ['proj_PINNED'] }],
});

const ENDED: JobRecord = aJobRecord({
  finalModel: MODEL,
  createdAt: NOW - 30 * HOUR,
  finishedAt: NOW - 24 * HOUR,
  note: 'the rule "best" found no metric',
  checkpoints: [
    {
      checkpoint: `${MODEL}:ckpt-step-10`,
      step: 10,
      final: false,
      metrics: Object.fromEntries(METRICS.map((name) => [name, 0.5])),
    },
    { checkpoint: MODEL, step: null, final: true, metrics: {} },
  ],
});

const RUNNING = aJobRecord({
  jobId: 'ftjob-2',
  source: 'lab',
  status: 'running',
  finalModel: null,
  finishedAt: null,
  checkpoints: [],
  plannedWith: null,
});

const FORGOTTEN = aJobRecord({ jobId: 'ftjob-3', forgotten: { at: NOW - HOUR, by: null } });

/** One that has ended, with a note, one that has not, and one that nobody wants to see. */
export const JOBS: readonly JobRecord[] = [ENDED, RUNNING, FORGOTTEN];

const said = (kind: Hold['kind'], by: string | null): Hold => ({ kind, at: NOW - HOUR, by });

const expiring = (projectId: string) => aWant(projectId, { expiresAt: NOW + 90 * 24 * HOUR });

const byHand = (projectId: string) => aWant(projectId, { origin: 'operator', rule: null });

const SHARED = aRecord(
  [
    aPermission('proj_EU', 'active', {
      permissionId: 'cp_1',
      want: expiring('proj_EU'),
      sharedAt: NOW - 2 * HOUR,
      verifiedAt: NOW - HOUR,
      duplicateIds: ['cp_2'],
    }),
    aPermission('proj_US', 'pending', { want: expiring('proj_US'), notBefore: NOW - 90_000 }),
    aPermission('proj_PAUSED', 'pending', { want: aWant('proj_PAUSED'), parked: true }),
    aPermission('proj_DRIFTED', 'drifted', {
      want: aWant('proj_DRIFTED', { onDrift: 'report' }),
      reason: 'is gone at OpenAI',
      repairs: [NOW, NOW, NOW],
    }),
    aPermission('proj_FOREIGN', 'foreign', { permissionId: 'cp_9', reason: 'not ours' }),
  ],
  { listedAt: NOW - HOUR, holds: { proj_EU: said('ignored', 'ann'), proj_DRIFTED: said('withheld', null) } },
);

const STRAYED = aRecord(
  [
    aPermission('proj_OLD', 'rejected', {
      want: byHand('proj_OLD'),
      reason: 'The project is archived.',
      priority: 'retry',
      notBefore: NOW + HOUR,
    }),
    aPermission('proj_KEPT', 'orphaned', { permissionId: 'cp_4', sharedAt: NOW - HOUR }),
  ],
  { checkpoint: STRAY, jobId: null, source: null },
);

/** What is due in a lane of its own, now and later. */
const DUE = (['unknown', 'revoking'] as const).flatMap((state) =>
  [NOW - HOUR, NOW + HOUR].map((notBefore, index) => {
    const want = state === 'unknown' ? byHand('proj_EU') : null;
    const permission = aPermission('proj_EU', state, { want, notBefore, permissionId: `cp_${state}${index}` });
    return aRecord([permission], { checkpoint: model(`${state}${index}`), jobId: null, source: null });
  }),
);

/** One of everything that can be said of a permission. */
export const RECORDS: readonly CheckpointRecord[] = [
  SHARED,
  STRAYED,
  ...DUE,
  aRecord([], { checkpoint: GONE, gone: 'The model does not exist.', jobId: null, source: null }),
];
