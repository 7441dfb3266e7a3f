import type { CheckpointFacts } from '../../core/model/job.ts';
import type { Hold } from '../../core/model/permission.ts';
import type { EventEntry } from './events.ts';
import type { IsoTime } from './iso-time.ts';
import type { ListedPermission } from './operator.ts';

/** What is known of one checkpoint, or of the checkpoint of one permission, or of one job. */
export interface ShowRequest {
  readonly command: 'show';
  /** A model id `ft:…`, a permission id `cp_…` or a job id `ftjob-…`. */
  readonly what: string;
  /** Whether OpenAI is asked, too: one admin call a page of 100 permissions. Not for jobs. */
  readonly live: boolean;
}

export type Shown =
  | { readonly kind: 'checkpoint'; readonly checkpoint: ShownCheckpoint }
  | { readonly kind: 'job'; readonly job: ShownJob };

export interface ShownCheckpoint {
  readonly checkpoint: string;
  readonly jobId: string | null;
  readonly source: string | null;
  /** Whether the ledger has a record of it. */
  readonly tracked: boolean;
  /** What OpenAI said when it knew the checkpoint no more; null while it does, as far as anybody knows. */
  readonly gone: string | null;
  readonly listedAt: IsoTime | null;
  readonly wanted: readonly WantedBy[];
  readonly permissions: readonly ShownPermission[];
  /** What people have said of single projects, also of those that have no permission here. */
  readonly holds: readonly HeldProject[];
  /** Null when OpenAI was not asked. */
  readonly live: readonly LivePermission[] | null;
  /** The last events of it, newest first. */
  readonly history: readonly EventEntry[];
}

/** Somebody's wish for one project, as of now; the policy's and others'. */
export interface WantedBy {
  readonly projectId: string;
  readonly project: string | null;
  /** Null for what is pinned, adopted or an operator's. */
  readonly rule: string | null;
  readonly origin: 'policy' | 'pinned' | 'adopted' | 'operator';
  readonly onDrift: 'repair' | 'report';
  readonly expiresAt: IsoTime | null;
}

export interface ShownPermission extends ListedPermission {
  /** What a person has said of it; null when nobody has. */
  readonly hold: ShownHold | null;
  /** What keeps it waiting (`rule "…"`, `source …`); null when nothing does. */
  readonly paused: string | null;
  /** When it is next worked on; null when it is not. */
  readonly dueAt: IsoTime | null;
}

export interface ShownHold {
  readonly kind: Hold['kind'];
  readonly at: IsoTime;
  readonly by: string | null;
}

export interface HeldProject extends ShownHold {
  readonly projectId: string;
  readonly project: string | null;
}

/** One permission that OpenAI shows, beside what the ledger has. */
export interface LivePermission {
  readonly projectId: string;
  readonly project: string | null;
  readonly permissionId: string;
  readonly createdAt: IsoTime;
  /** `tracked` the ledger has this id; `other-id` it has another for the project; `untracked` it has none. */
  readonly ledger: 'tracked' | 'other-id' | 'untracked';
}

export interface ShownJob {
  readonly jobId: string;
  readonly source: string;
  readonly status: string;
  readonly baseModel: string;
  readonly finalModel: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: IsoTime;
  readonly finishedAt: IsoTime | null;
  readonly observedAt: IsoTime;
  /** Why nothing, or less than a rule asked for, was shared. */
  readonly note: string | null;
  /** Null unless a person had it forgotten. */
  readonly forgotten: { readonly at: IsoTime; readonly by: string | null } | null;
  readonly checkpoints: readonly JobCheckpoint[];
}

/** One model that a job left, and who has it. */
export interface JobCheckpoint {
  readonly checkpoint: string;
  /** Null where the final model is not itself listed among the job's checkpoints. */
  readonly step: number | null;
  readonly final: boolean;
  readonly metrics: CheckpointFacts['metrics'];
  /** Projects that have it, by alias where they have one. */
  readonly sharedWith: readonly string[];
  /** Projects that are to have it and do not (yet). */
  readonly pending: readonly string[];
}

export interface JobsRequest {
  readonly command: 'jobs';
  readonly source: readonly string[];
  readonly status: readonly string[];
  readonly cursor: string | null;
}

export interface ListedJob {
  readonly jobId: string;
  readonly source: string;
  readonly status: string;
  readonly baseModel: string;
  readonly finalModel: string | null;
  readonly checkpoints: number;
  readonly createdAt: IsoTime;
  readonly finishedAt: IsoTime | null;
  readonly observedAt: IsoTime;
  readonly note: string | null;
}

/** Forgotten jobs are left out. */
export interface JobsPage {
  /** May be empty though more pages follow. */
  readonly jobs: readonly ListedJob[];
  readonly cursor: string | null;
}
