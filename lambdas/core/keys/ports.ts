import type { KeyRecord, ListedKey } from './key-record.ts';

/** A key as OpenAI tells of it: all but its value. */
export interface KeyFacts extends ListedKey {
  readonly redactedValue: string;
  readonly expiresAt: number | null;
}

/** A page, and the cursor of the one after it; null = the last. */
export interface KeyPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** OpenAI's longest life of a new key. */
export const MOST_EXPIRY_SECONDS = 31_536_000;

/** What a new key is made with; `expiresInSeconds` null = it never ends. */
export interface NewKey {
  readonly name: string;
  readonly expiresInSeconds: number | null;
}

/** A key that was made. This is the only time that OpenAI tells its value. */
export interface MadeKey {
  readonly id: string;
  readonly value: string;
  readonly expiresAt: number | null;
}

export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  /** `owner`, `member` or `none`. */
  readonly role: string;
}

export interface OrganisationProject {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}

/**
 * The keys of the organisation and its projects, with the admin key. Every call is one admin call, and may throw any
 * `OpenAIError`; none of them holds a value.
 */
export interface KeysApi {
  listAdminKeys(after: string | null): Promise<KeyPage<KeyFacts>>;
  getAdminKey(id: string): Promise<KeyFacts>;
  createAdminKey(key: NewKey): Promise<MadeKey>;
  deleteAdminKey(id: string): Promise<'deleted' | 'absent'>;

  listProjects(after: string | null): Promise<KeyPage<OrganisationProject>>;

  listServiceAccounts(projectId: string, after: string | null): Promise<KeyPage<ServiceAccount>>;
  /** Without a key and without a role. */
  createServiceAccount(projectId: string, name: string): Promise<ServiceAccount>;
  setRole(projectId: string, accountId: string, role: 'member' | 'owner'): Promise<void>;
  /** With all of its keys. */
  deleteServiceAccount(projectId: string, accountId: string): Promise<'deleted' | 'absent'>;

  listProjectKeys(projectId: string, after: string | null): Promise<KeyPage<KeyFacts>>;
  getProjectKey(projectId: string, id: string): Promise<KeyFacts>;
  /** `scopes` null = all rights. An empty list, which would mean the same, is refused before anything is sent. */
  createProjectKey(
    projectId: string,
    accountId: string,
    key: NewKey & { readonly scopes: readonly string[] | null },
  ): Promise<MadeKey>;
  /** What is null stays as it is. Likewise of an empty list. */
  updateProjectKey(
    projectId: string,
    id: string,
    change: { readonly scopes: readonly string[] | null; readonly expiresInSeconds: number | null },
  ): Promise<KeyFacts>;
  deleteProjectKey(projectId: string, id: string): Promise<'deleted' | 'absent'>;
}

/** What the ledger keeps of keys. */
export interface KeyLedger {
  /** All of them: there are no more than some hundred. */
  listKeys(): Promise<readonly KeyRecord[]>;
  /** Stores the record if the stored version still is its own, as that version + 1. */
  saveKey(record: KeyRecord): Promise<boolean>;
  deleteKey(id: string): Promise<void>;
}
