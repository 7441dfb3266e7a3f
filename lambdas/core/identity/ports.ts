import type { ServiceIdentity } from '../policy/policy.ts';

/** A proof of who a function is, for a few minutes. */
export interface Identity {
  /** Secret: a JWT. */
  readonly value: string;
  /** Who vouches for it, as the proof itself says: on AWS a URL of the account's own. */
  readonly issuer: string;
}

/** The function's own identity. */
export interface WebIdentity {
  /** Throws `IdentityRefusedError` where there is none to be had, `UnavailableError` where nobody could say. */
  mint(): Promise<Identity>;
}

/** What connecting a source without a stored key has made at OpenAI. */
export interface ConnectedIdentity extends ServiceIdentity {
  readonly source: string;
  /** `proj_…`: whose the service account is. */
  readonly projectId: string;
  /** Counts the changes; 0 = not stored yet. */
  readonly version: number;
  /** By function, OpenAI's id of the rule that lets it in. */
  readonly rules: Readonly<Record<string, string>>;
}

/** What the ledger keeps of the sources without a stored key. */
export interface ConnectedIdentities {
  get(source: string): Promise<ConnectedIdentity | undefined>;
  /** Of all sources, also of those that the policy does not name any more. */
  list(): Promise<readonly ConnectedIdentity[]>;
  /** Stores it if the stored version still is its own, as that version + 1. */
  save(identity: ConnectedIdentity): Promise<boolean>;
  delete(source: string): Promise<void>;
}
