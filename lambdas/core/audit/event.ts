/** One event of the organisation's audit log, of the kinds that matter here. */
export type AuditEvent = PermissionEvent | ProjectEvent | KeyDeleted;

interface Logged {
  /** The event's own id. */
  readonly id: string;
  /** When it took effect, in milliseconds since the epoch; OpenAI gives whole seconds. */
  readonly at: number;
  /** Who did it, as a person reads it: `user …@…`, `api key key_…`. Null where OpenAI does not say. */
  readonly actor: string | null;
}

export type PermissionEvent = PermissionCreated | PermissionDeleted;

export interface PermissionCreated extends Logged {
  readonly kind: 'permission-created';
  readonly permissionId: string;
  readonly projectId: string;
  readonly checkpoint: string;
}

/** It names neither project nor checkpoint: only the ledger knows whose permission that was. */
export interface PermissionDeleted extends Logged {
  readonly kind: 'permission-deleted';
  readonly permissionId: string;
}

export interface ProjectEvent extends Logged {
  readonly kind: 'project-archived' | 'project-deleted';
  readonly projectId: string;
}

/** An admin key or a project key. */
export interface KeyDeleted extends Logged {
  readonly kind: 'key-deleted';
  readonly keyId: string;
}

const RANK: Readonly<Record<AuditEvent['kind'], number>> = {
  'permission-created': 0,
  'permission-deleted': 1,
  'project-archived': 2,
  'project-deleted': 3,
  'key-deleted': 4,
};

/** Oldest first. Within one second, which OpenAI does not order, what begins comes before what ends. */
export function byTime(a: AuditEvent, b: AuditEvent): number {
  return a.at - b.at || RANK[a.kind] - RANK[b.kind];
}

/** What is done by whom, and when, for a person to read: `deleted by user …@… at 2026-11-20T12:00:00.000Z`. */
export function tellOf(what: string, { actor, at }: AuditEvent): string {
  return `${what} by ${actor ?? 'somebody'} at ${new Date(at).toISOString()}`;
}
