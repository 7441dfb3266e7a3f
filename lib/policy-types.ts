// Written by "npm run schema" from the policy's schema: change that.

/** How to reach OpenAI. */
export interface PolicyOpenai {
  /**
   * Where the OpenAI API is: https, or http on loopback only, for a gateway or a local fake.
   * @defaultValue "https://api.openai.com/v1"
   */
  readonly baseUrl?: string;
  /** ARN of a Secrets Manager secret that holds the organisation's admin key. Left out, the stack makes one. */
  readonly adminKeySecret?: string;
  /**
   * Admin calls a minute and endpoint to begin with; the pacer learns from OpenAI how many are borne, up to four times as many.
   * @defaultValue 6
   */
  readonly adminRequestsPerMinute?: number;
  /**
   * Where the workload identities of sources are exchanged: https, or http on loopback only.
   * @defaultValue "https://auth.openai.com/oauth/token"
   */
  readonly tokenUrl?: string;
}

/** Which keys and secrets are replaced by themselves; each is off unless named. */
export interface PolicyRotation {
  /**
   * How often the admin key is replaced by a new one (N days, hours or minutes); off = never.
   * @defaultValue "off"
   */
  readonly adminKey?: string;
  /**
   * How often each source's project key is replaced by a new one on its service account (N days, hours or minutes); off = never.
   * @defaultValue "off"
   */
  readonly projectKeys?: string;
  /**
   * How often each source's webhook secret is replaced; OpenAI signs with both for 24 hours (N days, hours or minutes); off = never.
   * @defaultValue "off"
   */
  readonly webhookSecrets?: string;
  /**
   * How long an old key lives on after the new one is in its place: N minutes, hours or days.
   * @defaultValue "24 hours"
   */
  readonly grace?: 0 | string;
  /**
   * OpenAI gives a new admin key all rights: whether that may become of one that has less.
   * @defaultValue false
   */
  readonly allowWiderAdminKey?: boolean;
}

/** Present (also empty), instead of apiKeySecret: no key is stored. "ckpt sources connect" makes what it takes at OpenAI, unless both ids are given. */
export interface PolicyWorkloadIdentity {
  /** A workload identity provider that is there already, and vouches for the AWS account. */
  readonly identityProviderId?: string;
  /** A service account of the project that is there already. */
  readonly serviceAccountId?: string;
}

/** Present (also empty): the fine-tuning jobs of this project are watched. */
export interface PolicySource {
  /** ARN of a secret that holds the project's API key. Left out, the stack makes one. */
  readonly apiKeySecret?: string;
  /** ARN of a secret that holds one or more whsec_… separated by white space. Left out, the stack makes one. */
  readonly webhookSecret?: string;
  /** Present (also empty), instead of apiKeySecret: no key is stored. "ckpt sources connect" makes what it takes at OpenAI, unless both ids are given. */
  readonly workloadIdentity?: PolicyWorkloadIdentity | null;
}

/** One of these. The projects by alias: small letters, digits and hyphens. */
export interface PolicyProject {
  /** OpenAI's id of the project, proj_… */
  readonly id: string;
  /** Present (also empty): the fine-tuning jobs of this project are watched. */
  readonly source?: PolicySource | null;
}

/** Conditions on the job; all must hold. Left out, every job matches. */
export interface PolicyMatch {
  /** Glob for the base model; * and ? match. */
  readonly baseModel?: string;
  /** Glob for the suffix in the model's id; * and ? match. */
  readonly suffix?: string;
  /** Globs for the job's metadata, by key; every one must match. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One of these. Who gets which checkpoints. */
export interface PolicyRule {
  /** Names the rule in the ledger, in plans and logs; each its own. */
  readonly name: string;
  /** Alias or aliases of the source projects. */
  readonly from: string | readonly string[];
  /** Conditions on the job; all must hold. Left out, every job matches. */
  readonly match?: PolicyMatch;
  /**
   * Which of a job's checkpoints to share.
   * @defaultValue "final"
   */
  readonly checkpoints?: 'final' | 'all' | { /** The checkpoints of the n highest steps, the final model highest. */ readonly last: number } | { /** The one checkpoint with the lowest loss or the highest accuracy. */ readonly best: 'train_loss' | 'train_mean_token_accuracy' | 'valid_loss' | 'valid_mean_token_accuracy' | 'full_valid_loss' | 'full_valid_mean_token_accuracy' };
  /** Aliases or ids of the target projects. The owning project is left out by itself. */
  readonly to: string | readonly string[];
  /**
   * What to do about a permission that somebody removed at OpenAI.
   * @defaultValue "repair"
   */
  readonly onDrift?: 'repair' | 'report';
  /** Days, counted from the end of the job, after which its permissions are let go. */
  readonly expireAfterDays?: number;
}

/** One of these. Permissions pinned by hand, for checkpoints that no rule covers. */
export interface PolicyPermission {
  /** The model id, `ft:<base>:<org>:<suffix>:<id>`, with `:ckpt-step-<n>` for an intermediate one. */
  readonly checkpoint: string;
  /** Aliases or ids of the projects that are to have it. */
  readonly to: string | readonly string[];
}

/** The regular comparison with OpenAI. */
export interface PolicyReconcile {
  /**
   * How often to look for what no webhook told of: N minutes or N hours, 1 minute to 24 hours.
   * @defaultValue "15 minutes"
   */
  readonly every?: string;
  /**
   * LIST calls a minute spent on verifying permissions, the stalest first; 0 = none.
   * @defaultValue 2
   */
  readonly verifyPerMinute?: number;
  /**
   * Whether to read OpenAI's audit log: where it is switched on, never, or failing without it.
   * @defaultValue "auto"
   */
  readonly auditLog?: 'auto' | 'off' | 'required';
}

/** What `sharing.yaml` says, as an object. */
export interface SharingPolicy {
  /** Version of this format. */
  readonly version: 1;
  /** How to reach OpenAI. */
  readonly openai?: PolicyOpenai;
  /** Which keys and secrets are replaced by themselves; each is off unless named. */
  readonly rotation?: PolicyRotation;
  /** The projects by alias: small letters, digits and hyphens. */
  readonly projects: Readonly<Record<string, PolicyProject>>;
  /** Who gets which checkpoints. */
  readonly rules?: readonly PolicyRule[] | null;
  /** Permissions pinned by hand, for checkpoints that no rule covers. */
  readonly permissions?: readonly PolicyPermission[] | null;
  /**
   * Whether to revoke what no rule wants any more.
   * @defaultValue false
   */
  readonly prune?: boolean;
  /** The regular comparison with OpenAI. */
  readonly reconcile?: PolicyReconcile;
  /** When the checkpoints of base models (globs) shut down, whatever OpenAI says: a date, or never. */
  readonly shutdowns?: Readonly<Record<string, string>> | null;
}
