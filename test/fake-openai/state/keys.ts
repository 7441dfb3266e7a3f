export interface ApiKey {
  readonly value: string;
  /** The tracking id, as the audit log names it. */
  readonly id: string;
  readonly kind: 'admin' | 'project';
  /** Null for an admin key. */
  readonly projectId: string | null;
  /** Null: all. */
  readonly scopes: readonly string[] | null;
}

export class Keys {
  readonly #keys = new Map<string, ApiKey>();

  add(key: ApiKey): ApiKey {
    this.#keys.set(key.value, key);
    return key;
  }

  /** From now on the key is unknown. */
  revoke(value: string): void {
    if (!this.#keys.delete(value)) throw new Error('No such key to revoke.');
  }

  /** The key that an `Authorization` header carries; undefined if it is not known. */
  find(authorization: string | undefined): ApiKey | undefined {
    const [, value] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
    return value === undefined ? undefined : this.#keys.get(value);
  }
}
