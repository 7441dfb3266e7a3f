import fc from 'fast-check';
import { type CheckpointFacts, METRICS } from '../../../lambdas/core/model/job.ts';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import type { KnownJob } from '../../../lambdas/core/plan/wanted.ts';
import type { Policy, Rule, Selection } from '../../../lambdas/core/policy/policy.ts';
import { aPermission, DAY, T0 } from '../../builders/checkpoints.ts';
import { holdsOf, PROJECTS, rowOf } from '../plan/inputs.ts';
import { aPolicy } from './builders.ts';

const SOURCES = ['research', 'lab'] as const;
const idOf = (source: string) => `proj_${source.toUpperCase()}`;
const JOBS = [1, 2, 3, 4] as const;

const nameOf = (job: number, base: string, suffix: string) => `ft:${base}:org:${suffix}:J${job}`;
/** A checkpoint of no job. */
const STRAY = 'ft:gpt-4o-mini:org::Stray';
const FIRST = nameOf(1, 'gpt-4o-mini', 'support-v2');

const selection: fc.Arbitrary<Selection> = fc.oneof(
  fc.constantFrom<Selection>({ kind: 'final' }, { kind: 'all' }),
  fc.integer({ min: 1, max: 3 }).map<Selection>((count) => ({ kind: 'last', count })),
  fc.constantFrom(...METRICS.slice(0, 2)).map<Selection>((metric) => ({ kind: 'best', metric })),
);

const rule: fc.Arbitrary<Rule> = fc.record({
  name: fc.constantFrom('one', 'two', 'three'),
  from: fc.subarray([...SOURCES], { minLength: 1 }),
  match: fc.record({
    baseModel: fc.constantFrom(null, null, 'gpt-4o*', 'gpt-4.1*', 'ft:*'),
    suffix: fc.constantFrom(null, null, 'support-*', '', '*'),
    metadata: fc.constantFrom({}, {}, { stage: 'rel*' }, { stage: 'release', team: '?' }),
  }),
  checkpoints: selection,
  to: fc.subarray([...PROJECTS, idOf('research')], { minLength: 1 }),
  onDrift: fc.constantFrom('repair', 'report'),
  expireAfterDays: fc.constantFrom(null, null, 1, 3),
});

/** Policies over the same few projects, rules and checkpoints, so that any two have something to do with each other. */
export const policies: fc.Arbitrary<Policy> = fc
  .record({
    sources: fc.subarray([...SOURCES], { minLength: 1 }),
    rules: fc.uniqueArray(rule, { selector: ({ name }) => name, maxLength: 3 }),
    permissions: fc.array(
      fc.record({ checkpoint: fc.constantFrom(STRAY, FIRST), to: fc.subarray([...PROJECTS], { minLength: 1 }) }),
      { maxLength: 2 },
    ),
    prune: fc.boolean(),
  })
  .map(({ sources, rules, ...parts }) => {
    const projects = [
      ...sources.map((alias) => ({ alias, id: idOf(alias), source: { apiKeySecret: null, webhookSecret: null } })),
      { alias: 'a', id: 'proj_A', source: null },
    ];
    const known = rules.map((each) => ({
      ...each,
      from: each.from.filter((alias) => sources.some((is) => is === alias)),
    }));
    return aPolicy(
      known.filter(({ from }) => from.length > 0),
      { ...parts, projects },
    );
  });

const metrics = fc.dictionary(fc.constantFrom(...METRICS.slice(0, 2)), fc.constantFrom(0.25, 0.5), {
  noNullPrototype: true,
});

const jobOf = (job: number): fc.Arbitrary<KnownJob> =>
  fc
    .record({
      source: fc.constantFrom(...SOURCES),
      status: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed', 'running'),
      base: fc.constantFrom('gpt-4o-mini', 'gpt-4.1'),
      goesOn: fc.boolean(),
      suffix: fc.constantFrom('support-v2', ''),
      metadata: fc.constantFrom<Readonly<Record<string, string>>>(
        {},
        { stage: 'release' },
        { stage: 'release', team: 'a' },
      ),
      steps: fc.uniqueArray(fc.tuple(fc.nat(5), metrics), { selector: ([step]) => step, maxLength: 3 }),
      final: fc.option(metrics),
      age: fc.constantFrom(0, 2 * DAY, 9 * DAY),
      heardLate: fc.boolean(),
      isForgotten: fc.constantFrom(false, false, false, true),
    })
    .map(({ source, status, base, goesOn, suffix, metadata, steps, final, age, heardLate, isForgotten }) => {
      const model = nameOf(job, base, suffix);
      const intermediate = steps.map(([step, values]): CheckpointFacts => {
        return { checkpoint: `${model}:ckpt-step-${step}`, step, final: false, metrics: values };
      });
      const last = final === null ? [] : [{ checkpoint: model, step: null, final: true, metrics: final }];
      return {
        jobId: `ftjob-${job}`,
        source,
        status,
        baseModel: goesOn ? `ft:${base}:org:first:Abc` : base,
        finalModel: final === null ? null : model,
        metadata,
        createdAt: T0 - age,
        finishedAt: T0 - age,
        checkpoints: [...intermediate, ...last],
        heardAt: heardLate ? T0 : T0 - age,
        ...(isForgotten && { forgotten: { at: T0, by: null } }),
      };
    });

export const jobLists: fc.Arbitrary<readonly KnownJob[]> = fc
  .tuple(...JOBS.map((job) => fc.option(jobOf(job))))
  .map((jobs) => jobs.filter((job) => job !== null));

const mixedRows = fc
  .tuple(...PROJECTS.map((projectId) => fc.option(rowOf(projectId))))
  .map((all) => all.filter((row) => row !== null).map((row) => [row.projectId, { ...row, ...lately(row) }]))
  .map((all): CheckpointRecord['permissions'] => Object.fromEntries(all));

/** What was let go of an hour ago counts with what is to be. */
function lately({ state }: PermissionRecord): Partial<PermissionRecord> {
  return state === 'revoked' ? { letGoAt: T0 - DAY / 24 } : {};
}

const granted = Object.fromEntries(PROJECTS.map((projectId) => [projectId, aPermission(projectId, 'active')]));

/** A row of the ledger for some of these jobs' checkpoints, in whatever state. */
export function recordsOf(jobs: readonly KnownJob[]): fc.Arbitrary<readonly CheckpointRecord[]> {
  const names = [
    { checkpoint: STRAY, source: null, jobId: null },
    ...jobs.flatMap(({ source, jobId, checkpoints }) =>
      checkpoints.map(({ checkpoint }) => ({ checkpoint, source, jobId })),
    ),
  ];
  const recordOf = (name: (typeof names)[number], rows: typeof mixedRows) =>
    fc
      .record({
        permissions: rows,
        holds: fc.option(holdsOf),
        gone: fc.constantFrom(null, null, null, 'No such model.'),
      })
      .map(
        ({ permissions, holds, gone }): CheckpointRecord => ({
          ...name,
          version: 0,
          permissions,
          inFlight: null,
          batches: [],
          listedAt: null,
          verifyAt: null,
          verifyPriority: 'verify',
          gone,
          ...(holds && { holds }),
        }),
      );
  const some = fc
    .tuple(...names.map((name) => fc.option(recordOf(name, mixedRows))))
    .map((records) => records.filter((record) => record !== null));
  // So much that to let go of it takes a person.
  const all = fc.tuple(...names.map((name) => recordOf(name, fc.constant(granted))));
  return fc.oneof(some, all);
}

/** Jobs of a ledger, what it has of their checkpoints, and what is paused. */
export const worlds = jobLists.chain((jobs) =>
  fc.record({
    jobs: fc.constant(jobs),
    records: recordsOf(jobs),
    paused: fc.record({ rules: fc.subarray(['one', 'two']), sources: fc.constantFrom<string[]>([], [], ['lab']) }),
  }),
);
