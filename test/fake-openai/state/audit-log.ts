import type { Ids } from '../ids.ts';
import type { FakePermission } from './permissions.ts';

/** Who did it: a key (through the API), or a person in the dashboard. The id is the one OpenAI would show. */
export interface AuditActor {
  readonly kind: 'api_key' | 'session';
  readonly id: string;
}

export interface AuditEvent {
  readonly id: string;
  readonly type:
    | 'checkpoint.permission.created'
    | 'checkpoint.permission.deleted'
    | 'project.archived'
    | 'project.deleted'
    | 'api_key.deleted';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: AuditActor;
  /** The permission, the project or the key that it is about. */
  readonly subjectId: string;
  /** What the creation of a permission tells; a deletion tells only the permission's id. */
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
    this.#add({ type: 'checkpoint.permission.created', actor, subjectId: id, created: { projectId, checkpoint } });
  }

  deleted(permissionId: string, actor: AuditActor): void {
    this.#add({ type: 'checkpoint.permission.deleted', actor, subjectId: permissionId, created: null });
  }

  projectClosed(how: 'archived' | 'deleted', projectId: string, actor: AuditActor): void {
    this.#add({ type: `project.${how}`, actor, subjectId: projectId, created: null });
  }

  keyDeleted(keyId: string, actor: AuditActor): void {
    this.#add({ type: 'api_key.deleted', actor, subjectId: keyId, created: null });
  }

  #add(event: Omit<AuditEvent, 'id' | 'at'>): void {
    this.#events.push({ id: this.#ids.auditLog(), at: this.#now(), ...event });
  }
}
