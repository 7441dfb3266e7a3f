export interface FakeServiceAccount {
  readonly id: string;
  readonly projectId: string;
  name: string;
  role: 'owner' | 'member' | 'none';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Who owns the keys of a project that belong to no person. */
export class ServiceAccounts {
  readonly #accounts = new Map<string, FakeServiceAccount>();

  add(account: FakeServiceAccount): FakeServiceAccount {
    this.#accounts.set(account.id, account);
    return account;
  }

  find(projectId: string, id: string): FakeServiceAccount | undefined {
    const account = this.#accounts.get(id);
    return account?.projectId === projectId ? account : undefined;
  }

  of(projectId: string): readonly FakeServiceAccount[] {
    return [...this.#accounts.values()].filter((account) => account.projectId === projectId);
  }

  delete(id: string): void {
    this.#accounts.delete(id);
  }
}
