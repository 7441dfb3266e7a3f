import type { Policy } from '../policy/policy.ts';
import type { KeyRecord } from './key-record.ts';
import type { KeyFacts } from './ports.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EXPIRING_MS = 14 * DAY_MS;
const UNUSED_MS = 30 * DAY_MS;

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

/** Something about a key for which a person has to do something. `signal` is also the name of its alarm. */
export interface KeyConcern {
  readonly signal: 'key-expiring' | 'key-unused' | 'key-deleted-elsewhere' | 'rotation-overdue';
  /** `key_…`, or the ARN of a secret. */
  readonly subject: string;
  /** A whole sentence. */
  readonly message: string;
}

/** Everything of concern, the nearest end first. */
export function concernsOf(watch: KeyWatch, now: number): readonly KeyConcern[] {
  return [
    ...watch.lost.filter(({ at }) => now - at < LOST_TOLD_MS).map(lostConcern),
    ...expiringKeys(watch, now).map((key) => {
      return { signal: 'key-expiring' as const, subject: key.id, message: endOf(key, now) };
    }),
    ...watch.rotations.flatMap((rotation) => overdue(rotation, now)),
    ...Object.values(watch.looks).flatMap((look) => {
      return look.keys.filter(isListed).flatMap((key) => unused(key, look.knownAt ?? look.at, now));
    }),
  ];
}

function isListed({ goneAt }: WatchedKey): boolean {
  return goneAt === null;
}

export type EndingKey = WatchedKey & { readonly expiresAt: number };

/** Those that end within 14 days or have ended, the nearest end first. */
export function expiringKeys(watch: Pick<KeyWatch, 'looks'>, now: number): readonly EndingKey[] {
  const isExpiring = (key: WatchedKey): key is EndingKey =>
    key.expiresAt !== null && key.expiresAt <= now + EXPIRING_MS;
  return Object.values(watch.looks)
    .flatMap(({ keys }) => keys.filter(isListed).filter(isExpiring))
    .toSorted((a, b) => a.expiresAt - b.expiresAt);
}

/** When it ends or has ended, as a sentence. */
export function endOf(key: EndingKey, now: number): string {
  const { expiresAt } = key;
  const days = Math.ceil((expiresAt - now) / DAY_MS);
  const when = expiresAt <= now ? `ended at ${iso(expiresAt)}` : `ends at ${iso(expiresAt)} (days left: ${days})`;
  return `${nameOf(key)} ${when}.`;
}

/** So long a deletion is told of: what may have to be done is not seen from here. */
const LOST_TOLD_MS = DAY_MS;

function lostConcern({ id, name, projectId, inUse, at, by }: LostKey): KeyConcern {
  const what = nameOf({ id, name, projectId, inUse });
  return {
    signal: 'key-deleted-elsewhere',
    subject: id,
    message: `${what} was deleted by ${by ?? 'somebody else'} at ${iso(at)}.`,
  };
}

/** One that has ended is told of as such. `at`: when OpenAI told of it; nobody knows whether it was used since. */
function unused(key: WatchedKey, at: number, now: number): readonly KeyConcern[] {
  const { id, createdAt, lastUsedAt, expiresAt } = key;
  const since = lastUsedAt ?? createdAt;
  if (at - since < UNUSED_MS || (expiresAt !== null && expiresAt <= now)) return [];
  const what = lastUsedAt === null ? `was never used since it was made at` : `was last used at`;
  return [{ signal: 'key-unused', subject: id, message: `${nameOf(key)} ${what} ${iso(since)}.` }];
}

/** A schedule may be a day late, and one of hours as late as it is long. */
function overdue({ secretId, what, everySeconds, since }: WatchedRotation, now: number): readonly KeyConcern[] {
  const everyMs = everySeconds * 1_000;
  if (since === null || now - since <= everyMs + Math.min(everyMs, DAY_MS)) return [];
  const message = `${what.charAt(0).toUpperCase()}${what.slice(1)} should have been rotated by ${iso(since + everyMs)}.`;
  return [{ signal: 'rotation-overdue', subject: secretId, message }];
}

function nameOf({ id, name, projectId, inUse }: Pick<WatchedKey, 'id' | 'name' | 'projectId' | 'inUse'>): string {
  const kind = projectId === null ? 'admin key' : `project key of ${projectId},`;
  return `The ${kind} ${JSON.stringify(name)} (${id}${inUse ? ', in use' : ''})`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Where admin keys are. */
export const ADMIN_ROOM = 'admin';

/** One in use that is gone: another one may be in its place. */
function isMissed({ projectId, inUse }: LostKey, room: string): boolean {
  return inUse && (projectId ?? ADMIN_ROOM) === room;
}

/** Once a day, and within an hour where something was wrong: it may be mended. */
export function isLookDue({ looks, lost }: Pick<KeyWatch, 'looks' | 'lost'>, room: string, now: number): boolean {
  const look = looks[room];
  if (look === undefined) return true;
  const watch = { ...NOTHING_WATCHED, looks: { [room]: look }, lost: lost.filter((each) => isMissed(each, room)) };
  const isWell = look.problem === null && concernsOf(watch, now).length === 0;
  return now - look.at >= (isWell ? DAY_MS : HOUR_MS);
}

/** Likewise; what seems overdue may have been rotated since, and costs no admin call. */
export function areRotationsDue(watch: KeyWatch, now: number): boolean {
  return now - watch.rotationsAt >= DAY_MS || watch.rotations.some((rotation) => overdue(rotation, now).length > 0);
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
  { listed, ours }: { readonly listed: readonly Pick<KeyFacts, 'id'>[]; readonly ours: readonly WatchedKey[] },
  now: number,
): KeyWatch {
  const before = watch.looks[room]?.keys ?? [];
  const gone = before
    .filter(({ id, goneAt }) => !listed.some((key) => key.id === id) && now - (goneAt ?? now) < GONE_KEPT_MS)
    .map((key) => ({ ...key, goneAt: key.goneAt ?? now }));
  const lost = watch.lost.filter((each) => !(isMissed(each, room) && ours.some(({ inUse }) => inUse)));
  return { ...watch, lost, looks: { ...watch.looks, [room]: { at: now, problem: null, keys: [...ours, ...gone] } } };
}

/** After OpenAI did not show them: what was known stands. */
export function withProblem(watch: KeyWatch, room: string, problem: string, now: number): KeyWatch {
  const { keys = [], at = now, knownAt = at } = watch.looks[room] ?? {};
  return { ...watch, looks: { ...watch.looks, [room]: { at: now, problem, knownAt, keys } } };
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
