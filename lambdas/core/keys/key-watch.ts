import type { Policy } from '../policy/policy.ts';
import type { KeyRecord } from './key-record.ts';
import type { KeyFacts } from './ports.ts';

const DAY_MS = 86_400_000;

/** A key that the system works with, or that was made here, as OpenAI last told of it. Times are ms since the epoch. */
export interface WatchedKey {
  readonly id: string;
  readonly name: string;
  /** `proj_…`; null for an admin key. */
  readonly projectId: string | null;
  readonly inUse: boolean;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  /** Since when OpenAI lists it no more; null while it does. */
  readonly goneAt: number | null;
}

/** The last look at the admin keys, or at those of one project. */
export interface KeyLook {
  readonly at: number;
  /** Why OpenAI did not show them; null when it did. */
  readonly problem: string | null;
  /** As of when the keys are, where that look had a problem. */
  readonly knownAt?: number;
  /** Whether the key in use was among those that OpenAI listed there; left out where that cannot be told, or was not yet. */
  readonly isHeldListed?: boolean;
  readonly keys: readonly WatchedKey[];
}

/** A secret that is to be rotated. */
export interface WatchedRotation {
  readonly secretId: string;
  /** As it is called in a sentence: "the admin key". */
  readonly what: string;
  readonly everySeconds: number;
  /** When its current value was put in; null where it has none, or nobody tells. */
  readonly since: number | null;
}

/** A key that somebody else has deleted. */
export interface LostKey {
  readonly id: string;
  readonly name: string;
  readonly projectId: string | null;
  readonly inUse: boolean;
  readonly at: number;
  /** Who, as a person reads it; null where OpenAI does not say. */
  readonly by: string | null;
}

/** What was seen of the keys, so that it is looked at seldom and told of for as long as it lasts. */
export interface KeyWatch {
  readonly version: number;
  /** By the project's id, or `ADMIN_ROOM`. */
  readonly looks: Readonly<Record<string, KeyLook>>;
  readonly rotations: readonly WatchedRotation[];
  /** When the rotations were looked at; 0 = never. */
  readonly rotationsAt: number;
  /** Ids of the keys that this system has deleted of late, or is about to. */
  readonly removed: readonly { readonly id: string; readonly at: number }[];
  readonly lost: readonly LostKey[];
  /** By the key's id, the end that was announced; left out of what an older version has written. */
  readonly announced?: Readonly<Record<string, number>>;
}

export const NOTHING_WATCHED: KeyWatch = {
  version: 0,
  looks: {},
  rotations: [],
  rotationsAt: 0,
  removed: [],
  lost: [],
};

/** Where admin keys are. */
export const ADMIN_ROOM = 'admin';

/** One in use that is gone: another one may be in its place. */
export function isMissed({ projectId, inUse }: LostKey, room: string): boolean {
  return inUse && (projectId ?? ADMIN_ROOM) === room;
}

/** So long it may take until OpenAI's audit log tells who has deleted a key that is not listed any more. */
const GONE_KEPT_MS = 7 * DAY_MS;

/**
 * After OpenAI has listed all keys of a room: `ours` are those that the system works with, or that were made here. One that is
 * listed and no more ours is forgotten, and one that was missed as well as soon as another one is in use.
 */
export function withKeys(
  watch: KeyWatch,
  room: string,
  {
    listed,
    ours,
    isHeldListed,
  }: {
    readonly listed: readonly Pick<KeyFacts, 'id'>[];
    readonly ours: readonly WatchedKey[];
    readonly isHeldListed?: boolean | undefined;
  },
  now: number,
): KeyWatch {
  const before = watch.looks[room]?.keys ?? [];
  const gone = before
    .filter(({ id, goneAt }) => !listed.some((key) => key.id === id) && now - (goneAt ?? now) < GONE_KEPT_MS)
    .map((key) => ({ ...key, goneAt: key.goneAt ?? now }));
  const lost = watch.lost.filter((each) => !(isMissed(each, room) && ours.some(({ inUse }) => inUse)));
  const look: KeyLook = {
    at: now,
    problem: null,
    keys: [...ours, ...gone],
    ...(isHeldListed !== undefined && { isHeldListed }),
  };
  return { ...watch, lost, looks: { ...watch.looks, [room]: look } };
}

/** After OpenAI did not show them: what was known stands. */
export function withProblem(watch: KeyWatch, room: string, problem: string, now: number): KeyWatch {
  const { keys = [], at = now, knownAt = at, ...known } = watch.looks[room] ?? {};
  return { ...watch, looks: { ...watch.looks, [room]: { ...known, at: now, problem, knownAt, keys } } };
}

/** What is in no room any more is forgotten. */
export function onlyRooms(watch: KeyWatch, rooms: readonly string[]): KeyWatch {
  const kept = Object.entries(watch.looks).filter(([room]) => rooms.includes(room));
  return kept.length === Object.keys(watch.looks).length ? watch : { ...watch, looks: Object.fromEntries(kept) };
}

/** A listed key as it is watched; undefined for one that is none of ours, or that is to be deleted. */
export function watchedKey(
  key: KeyFacts,
  projectId: string | null,
  inUse: boolean,
  record: KeyRecord | undefined,
): WatchedKey | undefined {
  const isOurs = inUse || (record?.secretId != null && record.state === 'made');
  if (!isOurs || record?.state === 'retiring') return undefined;
  const { id, createdAt, expiresAt, lastUsedAt } = key;
  return { id, name: key.name ?? id, projectId, inUse, createdAt, expiresAt, lastUsedAt, goneAt: null };
}

const MOST_REMEMBERED = 100;

/** Noted before this system deletes a key, so that nobody else is blamed for it. */
export function withRemoved(watch: KeyWatch, id: string, now: number): KeyWatch {
  const removed = [{ id, at: now }, ...watch.removed.filter((each) => each.id !== id)].slice(0, MOST_REMEMBERED);
  return { ...watch, removed };
}

/** After the audit log has told of a deletion; the very watch where that was our own, is known, or is no key of ours. */
export function withDeletion(
  watch: KeyWatch,
  { keyId, at, actor }: { readonly keyId: string; readonly at: number; readonly actor: string | null },
): KeyWatch {
  if ([...watch.removed, ...watch.lost].some(({ id }) => id === keyId)) return watch;
  const key = Object.values(watch.looks).flatMap(({ keys }) => keys.filter(({ id }) => id === keyId))[0];
  if (key === undefined) return watch;
  const { id, name, projectId, inUse } = key;
  const lost = [{ id, name, projectId, inUse, at, by: actor }, ...watch.lost].slice(0, MOST_REMEMBERED);
  const looks = Object.entries(watch.looks).map(([room, look]) => [
    room,
    { ...look, keys: look.keys.filter((each) => each.id !== keyId) },
  ]);
  return { ...watch, lost, looks: Object.fromEntries(looks) };
}

/** Of what is to be rotated, how often; aliases of sources are named. */
export function rotationsOf(
  { rotation }: Pick<Policy, 'rotation'>,
  ids: {
    readonly adminKey: string;
    readonly projectKeys: ReadonlyMap<string, string>;
    readonly webhookSecrets: ReadonlyMap<string, string>;
  },
): readonly Omit<WatchedRotation, 'since'>[] {
  const each = (everySeconds: number | null, what: string, secrets: Iterable<readonly [string, string]>) =>
    everySeconds === null
      ? []
      : [...secrets].map(([alias, secretId]) => ({ secretId, what: `${what}${alias}`, everySeconds }));
  return [
    ...each(rotation.adminKeySeconds, 'the admin key', [['', ids.adminKey]]),
    ...each(rotation.projectKeysSeconds, 'the project key of ', ids.projectKeys),
    ...each(rotation.webhookSecretsSeconds, 'the webhook secret of ', ids.webhookSecrets),
  ];
}
