import type { Deletion } from './key-ports.ts';
import type { KeyPage } from './keys/ports.ts';

// Source of these: the npm package openai 7.55.0, and OpenAI's guide to workload identity federation. What `key-ports.ts` says of
// its errors holds here, too.

/** An issuer whose tokens OpenAI takes for an identity. */
export interface IdentityProvider {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  readonly description: string | null;
  readonly enabled: boolean;
  /** How signatures are verified: `discovery` asks the issuer, `uploaded_jwks` has its keys. */
  readonly verification: string;
  readonly createdAt: number;
}

export interface IdentityProviderOrder {
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  readonly description?: string;
  /** The issuer's public keys; left out: OpenAI asks the issuer. */
  readonly jwks?: Readonly<Record<string, unknown>>;
}

/** Workload identity providers, of type OIDC. Admin calls. */
export interface IdentityProviderApi {
  /** All pages. */
  list(): Promise<readonly IdentityProvider[]>;
  get(providerId: string): Promise<IdentityProvider | null>;
  create(provider: IdentityProviderOrder): Promise<IdentityProvider>;
  /** What is left out stays. */
  update(
    providerId: string,
    change: Partial<IdentityProviderOrder> & { readonly enabled?: boolean },
  ): Promise<IdentityProvider>;
  /** Throws `RefusedError` while it has rules. */
  delete(providerId: string): Promise<Deletion>;
}

/** Claims of a token and what they have to be, to the letter. All must hold. */
export type AttributeMatchers = Readonly<Record<string, string | number | boolean>>;

/** Which identities of a provider may act as which service account. */
export interface FederationRule {
  readonly id: string;
  readonly providerId: string;
  readonly projectId: string;
  readonly serviceAccountId: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly matchers: AttributeMatchers;
  /** Null: whatever the account may do. */
  readonly scopes: readonly string[] | null;
}

export interface FederationRuleOrder {
  readonly projectId: string;
  readonly serviceAccountId: string;
  readonly name: string;
  /** Left out or null: none, or the one that it has. */
  readonly description?: string | null;
  /** None at all is refused unsent: it would let in whoever the issuer vouches for. */
  readonly matchers: AttributeMatchers;
  /** Null: whatever the account may do, on purpose. An empty list is refused unsent. */
  readonly scopes: readonly string[] | null;
}

/** The federation rules of workload identity providers. Admin calls. */
export interface FederationRuleApi {
  /** One page, which is one call: a provider has the rules of all sources. Of one account, unless OpenAI does not heed that. */
  page(
    providerId: string,
    of: { readonly serviceAccountId?: string; readonly after: string | null },
  ): Promise<KeyPage<FederationRule>>;
  /** All pages of one account's, likewise. */
  list(providerId: string, serviceAccountId?: string): Promise<readonly FederationRule[]>;
  get(providerId: string, ruleId: string): Promise<FederationRule | null>;
  create(providerId: string, rule: FederationRuleOrder): Promise<FederationRule>;
  /** What is left out stays. */
  update(
    providerId: string,
    ruleId: string,
    change: Partial<Pick<FederationRuleOrder, 'name' | 'description' | 'matchers' | 'scopes'>> & {
      readonly enabled?: boolean;
    },
  ): Promise<FederationRule>;
  delete(providerId: string, ruleId: string): Promise<Deletion>;
}

/** What stands in for a project key for a while. */
export interface AccessToken {
  /** Secret. */
  readonly value: string;
  /** Milliseconds since the epoch; no later than the end of the identity that it was given for. */
  readonly expiresAt: number;
}

/** Exchanges identities for access tokens. No key is needed. */
export interface TokenExchange {
  /**
   * `subjectToken` is the identity, a JWT. Throws `IdentityRefusedError` where OpenAI does not take it, any other
   * `OpenAIError` where nobody could say.
   */
  exchange(
    subjectToken: string,
    as: { readonly identityProviderId: string; readonly serviceAccountId: string },
  ): Promise<AccessToken>;
}
