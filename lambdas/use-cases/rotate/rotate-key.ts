import { BadCredentialsError, MissingScopeError, ThrottledError } from '../../core/errors.ts';
import { type KeyRecord, keyMadeElsewhere, leftBehind } from '../../core/keys/key-record.ts';
import { type KeyFacts, type MadeKey, MOST_EXPIRY_SECONDS, type NewKey } from '../../core/keys/ports.ts';
import { isRedactedOf } from '../../core/keys/redacted.ts';
import type { Probe } from '../../core/ports/openai.ts';
import type { Sleep } from '../../core/ports/runtime.ts';
import { type KeyMakingDeps, tell } from '../keys/deps.ts';
import { type KeyCalls, type KeyOrder, makeKeyInto, note, settleLost } from '../keys/make-key.ts';
import type { Named } from '../operate/dispatch.ts';
import { capital } from '../operate/explain-openai.ts';
import type { Pacer } from '../pacer.ts';
import { type RotatedSecret, type Rotation, RotationRefusedError } from './rotate.ts';

/** What rotations of keys are wired with. */
export type RotateKeyDeps = Named<KeyMakingDeps>;

/** What tells the key of one kind and secret from another's. */
export interface KeyKindRotation {
  /** As it is called in a sentence: "the admin key". */
  readonly what: string;
  readonly calls: Omit<KeyCalls, 'create'>;
  /** What the new key is to be; throws `RotationRefusedError` where this one is not to be replaced. */
  order(present: KeyFacts, records: readonly KeyRecord[]): Promise<Omit<KeyOrder, 'secret' | 'name'>>;
  create(order: NewKey & Pick<KeyOrder, 'serviceAccountId' | 'scopes'>): Promise<MadeKey>;
  /** Whether a key works; a call that needs a slot takes it. */
  probe(value: string): Promise<Probe>;
  /** Whether a key that was not made here is ours to delete once it is replaced. */
  readonly takesOver: boolean;
}

/** Waits between looks at whether OpenAI takes a new key by now: a minute and a half together. */
const WAITS_MS = [2_000, 3_000, 5_000, 10_000, 20_000, 20_000, 30_000] as const;

const CURRENT = { stage: 'AWSCURRENT' } as const;

/** A key at OpenAI gets a successor. The old one lives until the new one has worked, and the grace has passed. */
export function createKeyRotation(
  deps: RotateKeyDeps,
  secretIds: readonly string[],
  kindOf: (secret: RotatedSecret) => KeyKindRotation,
): Rotation {
  const { keyLedger, store, policy, now, log, sleep } = deps;
  const graceMs = policy.rotation.graceSeconds * 1_000;

  return {
    secretIds,

    async create(secret) {
      const kind = kindOf(secret);
      await settleEarlier(secret, kind);
      const value = await store.read(secret.arn, CURRENT);
      if (value === null) {
        throw new RotationRefusedError(
          `${secret.arn} is empty: put ${kind.what} into it first, then it can be rotated`,
        );
      }
      const [listed, records] = [await kind.calls.list(), await keyLedger.listKeys()];
      const present = presentKey(secret, value, listed, records);
      if (present === undefined) {
        throw new RotationRefusedError(
          `${capital(kind.what)} is not rotated: which of the keys that OpenAI lists is in ${secret.arn} cannot be told. Put a new one into it by hand`,
        );
      }
      const asked = await kind.order(present, records);
      const name = `${deps.stackName} ${kind.what.replace(/^the /, '')} ${secret.token.slice(0, 8)}`;
      const create = () => kind.create({ ...asked, name, expiresInSeconds: lifetimeOf(present) });
      const replaces = secret.current === null ? {} : { replaces: secret.current };
      const target = { secretId: secret.arn, secretVersion: secret.token, ...replaces };
      await makeKeyInto(deps, { ...asked, name }, { ...kind.calls, create }, listed, target);
    },

    async isStale(secret, value) {
      const { arn, token } = secret;
      const mine = (await keyLedger.listKeys()).find(
        ({ secretId, secretVersion }) => secretId === arn && secretVersion === token,
      );
      if (mine !== undefined) return mine.state === 'retiring' || isOvertaken(mine, secret);
      const listed = await kindOf(secret).calls.list();
      return listed.every(({ redactedValue }) => isRedactedOf(redactedValue, value) === false);
    },

    async test(secret, value) {
      const { probe, what } = kindOf(secret);
      for (const waitMs of [...WAITS_MS, null]) {
        const found = await probe(value);
        // What it may not do its predecessor could not do either: OpenAI knows the key.
        if (found.ok || found.error instanceof MissingScopeError) return;
        if (!(found.error instanceof BadCredentialsError) || waitMs === null) throw found.error;
        log.info(`OpenAI does not take the new key of ${what} yet`, { waitMs });
        await sleep(waitMs);
      }
    },

    async finish(secret, pending) {
      const { what, calls, takesOver } = kindOf(secret);
      const { arn, token, current } = secret;
      const [listed, records] = [await calls.list(), await keyLedger.listKeys()];
      const fits = listed
        .filter(({ redactedValue }) => isRedactedOf(redactedValue, pending) === true)
        .map(({ id }) => id);
      const mine = records.find(
        ({ secretVersion, keyId }) => secretVersion === token && fits.some((id) => id === keyId),
      );
      if (mine?.state === 'retiring') {
        throw new RotationRefusedError(
          `The pending key of ${arn} waited so long that it is given up: rotate once more`,
        );
      }
      if (mine !== undefined && isOvertaken(mine, secret)) {
        throw new RotationRefusedError(
          `Another key was put into ${arn} since this rotation began, and stays there: rotate once more`,
        );
      }
      // Deleted since it was tested, by whomever: nothing may come to work with it.
      if (fits.length === 0) {
        throw new RotationRefusedError(
          `OpenAI lists no key that is in the pending version of ${arn}: rotate once more`,
        );
      }
      if (mine?.state === 'making') await note(deps, { ...mine, state: 'made' });
      const value = await store.read(arn, CURRENT);
      const old = value === null ? undefined : presentKey(secret, value, listed, records);
      if (old !== undefined && current !== null && old.id !== mine?.keyId) {
        const known = records.find(({ keyId }) => keyId === old.id);
        const noted = known ?? (takesOver ? recordOf(deps, old) : null);
        // No date yet: it is in use for as long as no other one is in its place.
        const retiring = { state: 'retiring', deleteAt: null, secretId: arn, secretVersion: current } as const;
        if (noted !== null) await note(deps, { ...noted, ...retiring });
      }
      await store.moveStage(arn, 'AWSCURRENT', token, current);
      await tell(
        deps,
        'key-changed',
        `${what}: ${mine?.keyId ?? 'another'} takes the place of ${old?.id ?? 'another'}`,
      );
      await letGo({ ...secret, current: token });
    },

    finished: letGo,
  };

  /** From now on the grace counts of what is in use no more. */
  async function letGo(secret: RotatedSecret): Promise<void> {
    for (const record of await keyLedger.listKeys()) {
      if (record.secretId !== secret.arn || record.secretVersion === undefined) continue;
      const stages = record.secretVersion === secret.current ? ['AWSCURRENT'] : [];
      const left = leftBehind(record, stages, { now: now(), graceMs });
      // Where somebody else has changed it meanwhile, the next sweep looks again.
      if (left !== null) await keyLedger.saveKey(left);
    }
  }

  /** What an earlier attempt has left: a key whose value nobody has, and one that is superseded by the one to be made. */
  async function settleEarlier(secret: RotatedSecret, { calls }: KeyKindRotation): Promise<void> {
    for (const record of await keyLedger.listKeys()) {
      const isOurs = record.secretId === secret.arn && record.secretVersion !== undefined;
      // Taken over first, so that whoever still makes it finds out and takes it back.
      if (isOurs && record.state === 'making') await settleLost(deps, await note(deps, record), calls);
    }
    await letGo(secret);
  }
}

/** What a person has put in meanwhile was meant, and may do less than what the pending key was made to replace. */
function isOvertaken({ replaces }: KeyRecord, { current }: RotatedSecret): boolean {
  return replaces !== undefined && replaces !== current;
}

/** The key that OpenAI lists and the secret holds; undefined where that cannot be told for certain. */
function presentKey(
  { arn, current }: RotatedSecret,
  value: string,
  listed: readonly KeyFacts[],
  records: readonly KeyRecord[],
): KeyFacts | undefined {
  const fits = listed.filter(({ redactedValue }) => isRedactedOf(redactedValue, value) === true);
  if (fits.length === 1) return fits[0];
  const known = records.find(({ secretId, secretVersion }) => secretId === arn && secretVersion === current);
  return fits.find(({ id }) => id === known?.keyId);
}

/**
 * An organisation may demand that keys end: the new one lives as long as the old one was to. One whose end was put off may be to
 * live for longer than OpenAI gives a new one.
 */
function lifetimeOf({ createdAt, expiresAt }: KeyFacts): number | null {
  if (expiresAt === null) return null;
  return Math.min(Math.max(1, Math.round((expiresAt - createdAt) / 1_000)), MOST_EXPIRY_SECONDS);
}

/** Of an admin key that a person has made. */
function recordOf({ now, requestId, author }: RotateKeyDeps, { id: keyId, name, expiresAt }: KeyFacts): KeyRecord {
  const noted = { id: `${now()}-${requestId}-old`, notedAt: now(), by: author.actor };
  return keyMadeElsewhere({ ...noted, kind: 'admin', projectId: null, keyId, name: name ?? keyId, expiresAt });
}

/** The pacer has to hear of a 429, and it is no answer to what was asked. */
export function throttled(probe: Probe): Probe {
  if (!probe.ok && probe.error instanceof ThrottledError) throw probe.error;
  return probe;
}

/** So long a rotation waits for a slot: nobody stands by, and a busy endpoint is free again within a minute. */
const PATIENCE_MS = 120_000;

/** A pacer for somebody who can wait. */
export function patient(pacer: Pick<Pacer, 'start' | 'throttled'>, sleep: Sleep): Pick<Pacer, 'start' | 'throttled'> {
  return {
    throttled: pacer.throttled,
    async start(endpoint, priority) {
      for (let waited = 0; ; ) {
        const grant = await pacer.start(endpoint, priority);
        if (grant.waitMs === 0 || waited + grant.waitMs > PATIENCE_MS) return grant;
        waited += grant.waitMs;
        await sleep(grant.waitMs);
      }
    },
  };
}
