import { NoSlotError, OpenAIError, UncertainError } from '../../core/errors.ts';
import { isNextUnderWay, type KeyRecord, lostKey } from '../../core/keys/key-record.ts';
import type { KeyFacts, MadeKey } from '../../core/keys/ports.ts';
import { isRedactedOf } from '../../core/keys/redacted.ts';
import type { KeyKind } from '../../core/secrets/api-key.ts';
import { isSameSecret } from '../../core/secrets/store.ts';
import type { Named } from '../operate/dispatch.ts';
import { BadRequestError, NotYetError, OpenAIProblemError } from '../operate/problem.ts';
import { inTurn, type KeyMakingDeps, type KeysDeps, RUNS_WITHIN_MS, tell } from './deps.ts';
import { targetSecret } from './target-secret.ts';

/** A key that somebody wants. */
export interface KeyOrder {
  readonly kind: KeyKind;
  readonly name: string;
  readonly projectId: string | null;
  readonly serviceAccountId: string | null;
  readonly scopes: readonly string[] | null;
  /** As `targetSecret` takes it. */
  readonly secret: string | null;
}

/** How OpenAI is asked about keys of one kind. */
export interface KeyCalls {
  readonly list: () => Promise<readonly KeyFacts[]>;
  readonly create: () => Promise<MadeKey>;
  readonly remove: (keyId: string) => Promise<'deleted' | 'absent'>;
}

/** Where a key's value goes: the version that a rotation makes, or left out, the current one. */
export interface KeyTarget {
  readonly secretId: string;
  readonly secretVersion?: string;
  /** Whose place that is to take. */
  readonly replaces?: string;
}

/** What was made, and where its value is. */
export interface StoredKey {
  readonly keyId: string;
  readonly secretId: string;
  readonly expiresAt: number | null;
}

/** Makes a key for whoever asks, one at a time, and puts its value into the secret that they name. As `makeKeyInto`. */
export function makeKey(deps: Named<KeyMakingDeps>, order: KeyOrder, calls: KeyCalls): Promise<StoredKey> {
  return inTurn(deps, 'make-keys', async () => {
    await waitForOther(deps, order.secret);
    const listed = await calls.list();
    const secretId = await targetSecret(deps, order, listed);
    return makeKeyInto(deps, order, calls, listed, { secretId });
  });
}

/** Two keys for one secret: the value of the first would be lost, and the key live on. Throws `NotYetError`. */
async function waitForOther({ keyLedger, now }: Pick<KeysDeps, 'keyLedger' | 'now'>, secret: string | null) {
  if (!secret?.startsWith('arn:')) return;
  const isOther = ({ state, secretId }: KeyRecord) =>
    state === 'making' && secretId !== null && isSameSecret(secretId, secret);
  const other = (await keyLedger.listKeys()).find(isOther);
  const leftMs = (other?.notedAt ?? 0) + RUNS_WITHIN_MS - now();
  if (leftMs > 0)
    throw new NotYetError('Another key is being made for this secret just now.', Math.ceil(leftMs / 1_000));
}

/**
 * Makes a key and puts its value into its secret; `listed` are those that OpenAI has. Wherever it is broken off, a record tells
 * of it before OpenAI has made anything: what was made and is in no secret is deleted, at once or by the next sweep, and never
 * left. Throws `BadRequestError`, or what the calls throw.
 */
export async function makeKeyInto(
  deps: Named<KeyMakingDeps>,
  order: Omit<KeyOrder, 'secret'>,
  calls: KeyCalls,
  listed: readonly KeyFacts[],
  target: KeyTarget,
): Promise<StoredKey> {
  const { now, author, store, log } = deps;
  const { secretId, secretVersion } = target;
  const noted = await note(deps, {
    id: `${now()}-${deps.requestId}`,
    version: 0,
    kind: order.kind,
    name: order.name,
    projectId: order.projectId,
    serviceAccountId: order.serviceAccountId,
    ...target,
    scopes: order.scopes,
    state: 'making',
    keyId: null,
    sameName: listed.filter(({ name }) => name === order.name).map(({ id }) => id),
    notedAt: now(),
    expiresAt: null,
    deleteAt: null,
    by: author.actor,
  });
  const made = await create(deps, noted, calls);
  let known: KeyRecord = { ...noted, keyId: made.id, expiresAt: made.expiresAt };
  try {
    // Not where somebody else has taken it for lost meanwhile.
    known = await note(deps, known);
    await store.put(
      secretId,
      made.value,
      secretVersion === undefined ? {} : { token: secretVersion, stages: ['AWSPENDING'] },
    );
  } catch (error) {
    // Nobody has its value, and nobody ever will.
    await settleLost(deps, known, calls).catch((failure: unknown) => {
      log.warn('A key without a secret is left to the next sweep', { keyId: made.id, error: failure });
    });
    throw error;
  }
  await note(deps, { ...known, state: 'made' });
  await tell(deps, 'key-made', `${order.kind} key ${made.id} (${order.name}), into ${secretId}`);
  log.info('Key made', { keyId: made.id, name: order.name, kind: order.kind, secretId });
  return { keyId: made.id, secretId, expiresAt: made.expiresAt };
}

/** Throws what the call throws; the record is gone where OpenAI has certainly made nothing. */
async function create(deps: Named<KeyMakingDeps>, noted: KeyRecord, calls: KeyCalls): Promise<MadeKey> {
  try {
    return await calls.create();
  } catch (error) {
    if (hasMadeNothing(error)) await deps.keyLedger.deleteKey(noted.id);
    if (!isLost(error)) throw error;
    const found = await settleLost(deps, noted, calls).catch(() => null);
    throw new BadRequestError(
      `OpenAI's answer was lost, and with it the value of the key that it may have made.${found === 'deleted' ? ' That key was found and deleted.' : ''}`,
      found === 'deleted' ? 'Ask again.' : 'Ask again: should a key without a value turn up, it is deleted by itself.',
      { cause: error },
    );
  }
}

/** Whether OpenAI may have done it all the same, and only its answer is not known. */
function isLost(error: unknown): boolean {
  return causeOf(error) instanceof UncertainError;
}

/** Whether OpenAI has certainly done nothing. What is not known to say so, says nothing: the next sweep looks. */
export function hasMadeNothing(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof OpenAIError) return !(cause instanceof UncertainError);
  return cause instanceof NoSlotError || cause instanceof OpenAIProblemError;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof OpenAIError ? error.cause : error;
}

/**
 * Settles a record of which nobody knows how it ended: a key whose value is in its secret after all is kept, one whose value
 * is lost is deleted. Gives back which, and leaves the record where OpenAI shows no such key, which may show later, or several.
 */
export async function settleLost(
  deps: Pick<KeysDeps, 'keyLedger' | 'store' | 'log' | 'now'>,
  record: KeyRecord,
  { list, remove }: Pick<KeyCalls, 'list' | 'remove'>,
): Promise<'kept' | 'deleted' | 'not-there' | 'several'> {
  const { keyLedger, store, log, now } = deps;
  const listed = await list();
  // After the list, which may take a minute: each key in it is noted by now, or is still being made.
  const records = await keyLedger.listKeys();
  const known = new Set(records.flatMap(({ id, keyId }) => (id === record.id ? [] : (keyId ?? []))));
  const lost = lostKey(record, listed, known);
  if (lost === null) return 'not-there';
  if (records.some((other) => isNextUnderWay(record, other, now()))) return 'several';
  if (lost === 'several') {
    log.error('Several keys of one name, of which one may be without a value: a person has to tell', {
      signal: 'key-in-doubt',
      name: record.name,
      projectId: record.projectId,
    });
    return 'several';
  }
  const version = record.secretVersion === undefined ? { stage: 'AWSCURRENT' } : { id: record.secretVersion };
  const value = record.secretId === null ? null : await store.read(record.secretId, version);
  const shown = listed.find(({ id }) => id === lost.id)?.redactedValue ?? '';
  // Where that cannot be told it is kept: the key that works is not to be deleted.
  if (value !== null && isRedactedOf(shown, value) !== false) {
    await note(deps, { ...record, state: 'made', keyId: lost.id });
    return 'kept';
  }
  await remove(lost.id);
  await keyLedger.deleteKey(record.id);
  log.warn('A key whose value was lost is deleted', { keyId: lost.id, name: record.name });
  return 'deleted';
}

/** Stores a record, as its next version. */
export async function note({ keyLedger }: Pick<KeysDeps, 'keyLedger'>, record: KeyRecord): Promise<KeyRecord> {
  if (!(await keyLedger.saveKey(record))) {
    throw new BadRequestError('Somebody else works with this very key just now.', 'Ask again in a moment.');
  }
  return { ...record, version: record.version + 1 };
}
