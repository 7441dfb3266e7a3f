/** Who may vouch for identities. Times are milliseconds since the epoch. */
export interface FakeIdentityProvider {
  readonly id: string;
  name: string;
  issuer: string;
  audience: string;
  description: string | null;
  enabled: boolean;
  verification: Verification;
  readonly createdAt: number;
  updatedAt: number;
}

export type Verification =
  | { readonly type: 'discovery'; readonly discovery_url: string | null }
  | { readonly type: 'uploaded_jwks'; readonly jwks: Readonly<Record<string, unknown>> };

export type Matchers = Readonly<Record<string, string | number | boolean>>;

/** Which identities of a provider may act as which service account. */
export interface FakeFederationRule {
  readonly id: string;
  readonly providerId: string;
  readonly projectId: string;
  readonly accountId: string;
  name: string | null;
  description: string | null;
  enabled: boolean;
  /** All must hold. */
  matchers: Matchers;
  /** Null: whatever the account may do. */
  scopes: readonly string[] | null;
  readonly createdAt: number;
  updatedAt: number;
}

export class Identities {
  readonly #providers = new Map<string, FakeIdentityProvider>();
  readonly #rules = new Map<string, FakeFederationRule>();

  addProvider(provider: FakeIdentityProvider): FakeIdentityProvider {
    this.#providers.set(provider.id, provider);
    return provider;
  }

  addRule(rule: FakeFederationRule): FakeFederationRule {
    this.#rules.set(rule.id, rule);
    return rule;
  }

  /** Oldest first. */
  get providers(): readonly FakeIdentityProvider[] {
    return [...this.#providers.values()];
  }

  /** Oldest first. */
  rulesOf(providerId: string): readonly FakeFederationRule[] {
    return [...this.#rules.values()].filter((rule) => rule.providerId === providerId);
  }

  deleteProvider(id: string): void {
    this.#providers.delete(id);
  }

  deleteRule(id: string): void {
    this.#rules.delete(id);
  }
}
