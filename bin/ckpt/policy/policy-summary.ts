import { z } from 'zod';
import { METRICS } from '../../../lambdas/core/model/job.ts';
import { aliasOf, type Policy, sourcesOf } from '../../../lambdas/core/policy/policy.ts';
import { checkpoint, count, namedProject, onDrift, type Told } from '../../../lambdas/shared/contract/parts.ts';

export type NamedProject = Told<typeof namedProject>;

const glob = z.string().nullable();

const match = z.strictObject({
  baseModel: glob.describe('Glob for the base model; null = any.'),
  suffix: glob.describe("Glob for the suffix in the model's id; null = any."),
  metadata: z.record(z.string(), z.string()).describe("Globs for the job's metadata, by key; every one must match."),
});

const kind = <const Kind extends string>(name: Kind) => z.literal(name).describe('Which form of choice it is.');

const selection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: kind('final') }),
  z.strictObject({ kind: kind('all') }),
  z.strictObject({
    kind: kind('last'),
    count: count.describe('The checkpoints of so many highest steps, the final model highest.'),
  }),
  z.strictObject({
    kind: kind('best'),
    metric: z.enum(METRICS).describe('The one with the lowest loss or the highest accuracy.'),
  }),
]);

const rule = z.strictObject({
  name: z.string().describe('Names the rule in the ledger, in plans and logs.'),
  from: z.array(z.string()).describe('Aliases of the source projects.'),
  match: match.describe('Conditions on the job; all must hold.'),
  checkpoints: selection.describe("Which of a job's checkpoints it shares."),
  to: z.array(namedProject).describe('The target projects.'),
  onDrift,
  expireAfterDays: count.nullable().describe('Days after the end of the job; null = never.'),
});

/** What a policy file amounts to. */
export const policySummary = z
  .strictObject({
    sources: z.array(namedProject).describe('Projects whose jobs are watched.'),
    targets: z.array(namedProject).describe('Projects that a rule or a pin names, each once.'),
    rules: z.array(rule).describe('Who gets which checkpoints.'),
    pins: z
      .array(z.strictObject({ checkpoint, to: z.array(namedProject).describe('The target projects.') }))
      .describe('Permissions pinned by hand.'),
    prune: z.boolean().describe('Whether to revoke what no rule wants any more.'),
    reconcile: z
      .strictObject({
        everySeconds: count.describe('How often to look for what no webhook told of.'),
        verifyPerMinute: count.describe('LIST calls a minute spent on verifying permissions; 0 = none.'),
        auditLog: z.enum(['auto', 'off', 'required']).describe("Whether to read OpenAI's audit log."),
      })
      .describe('The regular comparison with OpenAI.'),
  })
  .describe('What the file amounts to, with its defaults filled in.');
export type PolicySummary = Told<typeof policySummary>;

export function summarizePolicy(policy: Policy): PolicySummary {
  const named = (projectIds: readonly string[]): readonly NamedProject[] =>
    projectIds.map((projectId) => ({ project: aliasOf(policy, projectId), projectId }));
  const targets = new Set([...policy.rules, ...policy.permissions].flatMap(({ to }) => to));
  return {
    sources: sourcesOf(policy).map(({ alias, id }) => ({ project: alias, projectId: id })),
    targets: named([...targets]),
    rules: policy.rules.map((rule) => ({ ...rule, to: named(rule.to) })),
    pins: policy.permissions.map(({ checkpoint, to }) => ({ checkpoint, to: named(to) })),
    prune: policy.prune,
    reconcile: policy.reconcile,
  };
}
