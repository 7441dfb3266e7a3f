export interface ApiKey {
  readonly value: string;
  /** The tracking id, as the audit log and the key endpoints name it. */
  readonly id: string;
  readonly kind: 'admin' | 'project';
  /** Null for an admin key. */
  readonly projectId: string | null;
  readonly name: string;
  readonly owner: KeyOwner;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  /** From then on it is accepted. */
  readonly usableAt: number;
  /** Null: all. */
  scopes: readonly string[] | null;
  /** Null: never. */
  expiresAt: number | null;
  lastUsedAt: number | null;
  /** A short-lived token that an identity was exchanged for: no list of keys has it. */
  readonly isToken?: boolean;
}

export type KeyOwner =
  | { readonly type: 'user'; readonly id: string; readonly name: string }
  | { readonly type: 'service_account'; readonly id: string; readonly name: string };

export class Keys {
  readonly #keys = new Map<string, ApiKey>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(key: ApiKey): ApiKey {
    this.#keys.set(key.value, key);
    return key;
  }

  /** From now on the key is unknown. */
  revoke(value: string): ApiKey {
    const key = this.#keys.get(value);
    if (key === undefined) throw new Error('No such key to revoke.');
    this.#keys.delete(value);
    return key;
  }

  /** Nothing that a service account had is accepted from now on. */
  revokeOf(ownerId: string): void {
    for (const { value, owner } of [...this.#keys.values()]) if (owner.id === ownerId) this.#keys.delete(value);
  }

  /** The key that an `Authorization` header carries; undefined if it is not known, not yet, or no more. */
  find(authorization: string | undefined): ApiKey | undefined {
    const [, value] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
    const key = value === undefined ? undefined : this.#keys.get(value);
    const now = this.#now();
    return key !== undefined && key.usableAt <= now && (key.expiresAt ?? now + 1) > now ? key : undefined;
  }

  /** Those of a project, or the organisation's admin keys for null; oldest first. */
  of(projectId: string | null): readonly ApiKey[] {
    return [...this.#keys.values()].filter((key) => key.projectId === projectId && key.isToken !== true);
  }

  /** What was given for identities. */
  get tokens(): readonly ApiKey[] {
    return [...this.#keys.values()].filter(({ isToken }) => isToken === true);
  }
}
