/**
 * What the ledger knows of one key that was made here. It is noted before OpenAI is asked for it, so that none is ever there
 * of which nobody knows; its value is in a secret, and nowhere else.
 */
export interface KeyRecord {
  /** Names the record; not OpenAI's id. */
  readonly id: string;
  /** Counts the changes; 0 = not stored yet. */
  readonly version: number;
  readonly kind: 'admin' | 'project';
  readonly name: string;
  /** `proj_…`; null for an admin key. */
  readonly projectId: string | null;
  /** OpenAI's id of the service account; null for an admin key. */
  readonly serviceAccountId: string | null;
  /** ARN of the secret that holds its value, or is to; null for a key that was not made here, only changed. */
  readonly secretId: string | null;
  /** Id of the version of the secret that its value is in, or is to be, where it was made by a rotation or is replaced by one. */
  readonly secretVersion?: string;
  /** Id of the version that was current as a rotation made it, and whose place it is to take. */
  readonly replaces?: string;
  /** Null: all rights, asked for as such. */
  readonly scopes: readonly string[] | null;
  /**
   * - `making` OpenAI is being asked for it, or was and nobody knows the answer: its value is lost then
   * - `made` it is in its secret
   * - `retiring` it is to be deleted at OpenAI from `deleteAt` on; null: as soon as another one is in its secret
   */
  readonly state: 'making' | 'made' | 'retiring';
  /** OpenAI's id, `key_…`; null while it is not known. */
  readonly keyId: string | null;
  /** Ids of the keys that had the same name before: none of these is the one that was asked for. */
  readonly sameName: readonly string[];
  /** When it was noted, milliseconds since the epoch, as all times here. */
  readonly notedAt: number;
  readonly expiresAt: number | null;
  readonly deleteAt: number | null;
  /** Who asked for it, as they told it. */
  readonly by: string | null;
}

/** Of a key that was not made here. */
export function keyMadeElsewhere(
  key: Pick<KeyRecord, 'id' | 'kind' | 'name' | 'projectId' | 'keyId' | 'notedAt' | 'expiresAt' | 'by'>,
): KeyRecord {
  const nothingKnown = { serviceAccountId: null, secretId: null, scopes: null, sameName: [], deleteAt: null };
  return { version: 0, state: 'made', ...nothingKnown, ...key };
}

/** How long a rotation may take between its first step and its last. */
const ROTATES_WITHIN_MS = 60 * 60_000;

/**
 * What is to become of a key that a rotation has made, or replaces, and that is not in use any more: it is deleted when the
 * grace has passed. `stages` are those of its version. Null: nothing.
 */
export function leftBehind(
  record: KeyRecord,
  stages: readonly string[],
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): KeyRecord | null {
  if (record.secretVersion === undefined || stages.includes('AWSCURRENT')) return null;
  const isUnderWay = stages.includes('AWSPENDING') && now < record.notedAt + Math.max(graceMs, ROTATES_WITHIN_MS);
  const isLeft = record.state === 'made' ? !isUnderWay : record.state === 'retiring' && record.deleteAt === null;
  return isLeft ? { ...record, state: 'retiring', deleteAt: now + graceMs } : null;
}

/** A key as OpenAI lists it, as far as it tells one from another. */
export interface ListedKey {
  readonly id: string;
  readonly name: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly owner: { readonly type: string; readonly id: string | null; readonly name: string | null };
}

/** How long after it was noted a key may still be made: no function that makes keys runs longer. */
export const MADE_WITHIN_MS = 5 * 60_000;

/** Whether both were asked for under one name, and nobody knows of either how it ended. */
export function areTwins(record: KeyRecord, other: KeyRecord): boolean {
  const isOfName = other.kind === record.kind && other.name === record.name && other.projectId === record.projectId;
  return isOfName && other.id !== record.id && record.state === 'making' && other.state === 'making';
}

/** Whether the other one came later and is still being made: a key that shows by now may be its. */
export function isNextUnderWay(record: KeyRecord, other: KeyRecord, now: number): boolean {
  const isNext = record.keyId === null && other.keyId === null && other.notedAt > record.notedAt;
  return isNext && other.notedAt + MADE_WITHIN_MS > now && areTwins(record, other);
}

/** OpenAI counts in seconds, and its clock may go otherwise than ours. */
const SKEW_MS = 60_000;

/** How long a key whose answer never came may still turn up in a list. */
export const TURNS_UP_WITHIN_MS = 15 * 60_000;

/**
 * The key that may be the one whose answer was lost: of its name and owner, not there before, made when it was asked for, and
 * never used, since nobody has its value. Where two were made under one name at the same time nobody can tell which is whose,
 * and neither is touched.
 */
export function lostKey(
  record: KeyRecord,
  listed: readonly ListedKey[],
  known: ReadonlySet<string>,
): ListedKey | 'several' | null {
  const { keyId, sameName } = record;
  if (keyId !== null) return listed.find(({ id }) => id === keyId) ?? null;
  const fits = listed.filter((key) => !sameName.includes(key.id) && !known.has(key.id) && mayBe(record, key));
  if (fits.length > 1) return 'several';
  return fits[0] ?? null;
}

function mayBe({ name, serviceAccountId, notedAt }: KeyRecord, key: ListedKey): boolean {
  const { createdAt, lastUsedAt, owner } = key;
  const isSomebodyElses =
    serviceAccountId !== null && (owner.type === 'user' || (owner.id !== null && owner.id !== serviceAccountId));
  // OpenAI's times are whole seconds, and it may count the making as a use.
  const isUsed = lastUsedAt !== null && lastUsedAt > createdAt + 1_000;
  return (
    key.name === name &&
    !isSomebodyElses &&
    !isUsed &&
    createdAt >= notedAt - SKEW_MS &&
    createdAt <= notedAt + MADE_WITHIN_MS + SKEW_MS
  );
}
