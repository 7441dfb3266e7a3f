import type { Ids } from '../ids.ts';
import type { FakePermission } from './permissions.ts';

/** Who did it: a key (through the API), or a person in the dashboard. The id is the one OpenAI would show. */
export interface AuditActor {
  readonly kind: 'api_key' | 'session';
  readonly id: string;
}

export interface AuditEvent {
  readonly id: string;
  readonly type: 'checkpoint.permission.created' | 'checkpoint.permission.deleted';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: AuditActor;
  readonly permissionId: string;
  /** What a created event tells; a deleted one tells only the permission's id. */
  readonly created: { readonly projectId: string; readonly checkpoint: string } | null;
}

export class AuditLog {
  readonly #ids: Ids;
  readonly #now: () => number;
  readonly #events: AuditEvent[] = [];

  constructor(ids: Ids, now: () => number) {
    this.#ids = ids;
    this.#now = now;
  }

  /** Oldest first. */
  get events(): readonly AuditEvent[] {
    return this.#events;
  }

  created({ id, projectId, checkpoint }: FakePermission, actor: AuditActor): void {
    this.#add({ type: 'checkpoint.permission.created', actor, permissionId: id, created: { projectId, checkpoint } });
  }

  deleted(permissionId: string, actor: AuditActor): void {
    this.#add({ type: 'checkpoint.permission.deleted', actor, permissionId, created: null });
  }

  #add(event: Omit<AuditEvent, 'id' | 'at'>): void {
    this.#events.push({ id: this.#ids.auditLog(), at: this.#now(), ...event });
  }
}
