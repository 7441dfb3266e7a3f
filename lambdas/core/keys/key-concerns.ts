import {
  isMissed,
  type KeyWatch,
  type LostKey,
  NOTHING_WATCHED,
  type WatchedKey,
  type WatchedRotation,
} from './key-watch.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EXPIRING_MS = 14 * DAY_MS;
const UNUSED_MS = 30 * DAY_MS;

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
