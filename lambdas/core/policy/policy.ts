import { createHash } from 'node:crypto';
import type { Metric } from '../model/job.ts';

/**
 * The policy as the functions carry it: `sharing.yaml` with its defaults filled in and its references resolved, as plain
 * JSON. Nothing here knows YAML or the schema, so that the functions' bundles do not contain them.
 */
export interface Policy {
  readonly version: 1;
  readonly openai: OpenAISettings;
  readonly rotation: RotationSettings;
  /** In the order of the file. A list, so that no alias can meet a name that JavaScript objects inherit. */
  readonly projects: readonly Project[];
  readonly rules: readonly Rule[];
  /** Pinned by hand; one checkpoint may be named more than once. */
  readonly permissions: readonly Pin[];
  /** Whether to revoke what no rule wants any more. */
  readonly prune: boolean;
  readonly reconcile: ReconcileSettings;
  /** In the order of the file: the first that fits a base model holds. */
  readonly shutdowns: readonly ShutdownOverride[];
}

export interface OpenAISettings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** ARN; null = the stack makes an empty secret. */
  readonly adminKeySecret: string | null;
  /** Per endpoint; the pacer's starting guess. */
  readonly adminRequestsPerMinute: number;
  /** Where the identities of functions are exchanged for tokens. */
  readonly tokenUrl: string;
}

/** Which keys and secrets are replaced by themselves; null = not. */
export interface RotationSettings {
  readonly adminKeySeconds: number | null;
  readonly projectKeysSeconds: number | null;
  readonly webhookSecretsSeconds: number | null;
  /** How long an old key lives on after the new one is in its place. */
  readonly graceSeconds: number;
  /** Whether an admin key that has not all rights may become one that has. */
  readonly allowWiderAdminKey: boolean;
}

export interface Project {
  readonly alias: string;
  /** `proj_…` */
  readonly id: string;
  /** Null when its jobs are not watched. */
  readonly source: SourceSecrets | null;
}

/** ARNs; null = the stack makes an empty secret. */
export interface SourceSecrets {
  readonly apiKeySecret: string | null;
  readonly webhookSecret: string | null;
  /** Left out: it is read with a project key that a secret holds. */
  readonly workloadIdentity?: WorkloadIdentity;
}

/** A source that no project key is stored of: functions prove who they are, and OpenAI gives them a token for it. */
export interface WorkloadIdentity {
  /** As whom at OpenAI; null = as what connecting the source has made there. */
  readonly given: ServiceIdentity | null;
}

/** A service account of a project, and who vouches for those that may act as it. */
export interface ServiceIdentity {
  readonly identityProviderId: string;
  readonly serviceAccountId: string;
}

export interface Rule {
  readonly name: string;
  /** Aliases of sources. */
  readonly from: readonly string[];
  readonly match: Match;
  readonly checkpoints: Selection;
  /** Project ids, each once. May hold a source's own project, which is left out when its jobs are matched. */
  readonly to: readonly string[];
  readonly onDrift: 'repair' | 'report';
  /** Counted from the end of the job; null = never. */
  readonly expireAfterDays: number | null;
}

/** Globs; null = anything. All must hold. */
export interface Match {
  readonly baseModel: string | null;
  readonly suffix: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Which of a job's checkpoints a rule shares. */
export type Selection =
  | { readonly kind: 'final' }
  | { readonly kind: 'all' }
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'best'; readonly metric: Metric };

export interface Pin {
  readonly checkpoint: string;
  /** Project ids. */
  readonly to: readonly string[];
}

export interface ReconcileSettings {
  readonly everySeconds: number;
  /** LIST calls spent on stale permissions; 0 = none. */
  readonly verifyPerMinute: number;
  readonly auditLog: 'auto' | 'off' | 'required';
}

/** When checkpoints of a base model shut down, whatever OpenAI says. */
export interface ShutdownOverride {
  /** Glob. */
  readonly baseModel: string;
  /** `YYYY-MM-DD`; null = never. */
  readonly date: string | null;
}

export function findProject(policy: Policy, alias: string): Project | undefined {
  return policy.projects.find((project) => project.alias === alias);
}

/** The alias of a project id; null for a project that the policy names only by its id, or not at all. */
export function aliasOf(policy: Policy, projectId: string): string | null {
  return policy.projects.find((project) => project.id === projectId)?.alias ?? null;
}

/** A project whose jobs are watched. */
export type Source = Project & { readonly source: SourceSecrets };

export function sourcesOf(policy: Policy): readonly Source[] {
  return policy.projects.filter((project): project is Source => project.source !== null);
}

/** Undefined for a project that is no source, too. */
export function findSource(policy: Policy, alias: string): Source | undefined {
  return policy.projects.find((project): project is Source => project.source !== null && project.alias === alias);
}

/** The sources that no project key is stored of. */
export function keylessSources(policy: Policy): readonly (Source & { readonly identity: WorkloadIdentity })[] {
  return sourcesOf(policy).flatMap((project) => {
    const { workloadIdentity: identity } = project.source;
    return identity === undefined ? [] : [{ ...project, identity }];
  });
}

/** A key whose organisation has none of so many of our projects is not ours. */
const TELLING_PROJECTS = 10;

/** The ids of the projects that tell our organisation's admin key from another's: the policy's first ones, sources before others. */
export function tellingProjects({ projects }: Policy): readonly string[] {
  const sourcesFirst = [...projects].sort((a, b) => Number(b.source !== null) - Number(a.source !== null));
  return sourcesFirst.slice(0, TELLING_PROJECTS).map(({ id }) => id);
}

/**
 * Digest (SHA-256, hex) of the parts that decide who gets and who keeps what. A job that was planned with another
 * digest is planned again; a change of the base URL, a secret, a schedule or a date of shutdown plans nothing anew.
 */
export function policyDigest(policy: Policy): string {
  const rules = policy.rules.map((rule) => withSourceIds(policy, rule));
  const parts = { version: policy.version, rules, permissions: policy.permissions, prune: policy.prune };
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

/** Whether a rule of one policy decides the same as one of another. */
export function isSameRule(policy: Policy, rule: Rule, otherPolicy: Policy, other: Rule): boolean {
  return canonicalJson(withSourceIds(policy, rule)) === canonicalJson(withSourceIds(otherPolicy, other));
}

function withSourceIds(policy: Policy, rule: Rule) {
  return { ...rule, from: rule.from.map((alias) => ({ alias, id: findProject(policy, alias)?.id ?? null })) };
}

/** JSON with the keys of every object in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
