import { NoSlotError, SecretUnusableError } from '../../core/errors.ts';
import {
  areTwins,
  type KeyRecord,
  leftBehind,
  MADE_WITHIN_MS,
  TURNS_UP_WITHIN_MS,
} from '../../core/keys/key-record.ts';
import { isRedactedOf } from '../../core/keys/redacted.ts';
import { adminKeyCalls } from './admin-keys.ts';
import { type KeyMakingDeps, noteRemoval } from './deps.ts';
import { type KeyCalls, settleLost } from './make-key.ts';
import { projectKeyCalls } from './project-keys.ts';
import { mayReach } from './target-secret.ts';

type SweepDeps = Pick<
  KeyMakingDeps,
  'policy' | 'stackName' | 'ledgerAs' | 'keyLedger' | 'store' | 'api' | 'pacer' | 'secretIds' | 'now' | 'sleep' | 'log'
>;

/**
 * Deletes at OpenAI what is due, and what was made without an answer. One key that fails stops no other; what is left is
 * tried again by the next sweep. Throws, at its end, where a key could not be settled, so that an alarm can ring.
 */
export async function sweepKeys(deps: SweepDeps): Promise<void> {
  const failures: unknown[] = [];
  const records = await deps.keyLedger.listKeys();
  for (const record of records) {
    try {
      await sweepOne(deps, record, records);
    } catch (error) {
      if (error instanceof NoSlotError) {
        // Somebody else is at work there, or many keys are due at once.
        deps.log.info('A key waits for the next sweep', { name: record.name, keyId: record.keyId, error });
        continue;
      }
      deps.log.warn('A key is not settled', { name: record.name, keyId: record.keyId, error });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} keys are not settled`);
}

async function sweepOne(deps: SweepDeps, noted: KeyRecord, records: readonly KeyRecord[]): Promise<void> {
  const { keyLedger, now, log } = deps;
  const calls = callsFor(deps, noted);
  // Till then it is left to whoever makes it.
  if (noted.state === 'making' && noted.notedAt + MADE_WITHIN_MS <= now()) {
    const found = await settleLost(deps, noted, calls);
    // Of several, one is another record's: when that is settled, this one can be told.
    const isTold = found === 'not-there' || (found === 'several' && !records.some((other) => areTwins(noted, other)));
    // It would show by now: OpenAI has made none.
    if (isTold && noted.notedAt + TURNS_UP_WITHIN_MS <= now()) await keyLedger.deleteKey(noted.id);
  }
  const record = await letGo(deps, noted);
  if (record.state !== 'retiring' || record.keyId === null || (record.deleteAt ?? Infinity) > now()) return;
  if (await isInUse(deps, record, calls)) {
    log.warn('A key that was to be deleted is in its secret again', { keyId: record.keyId, name: record.name });
    return;
  }
  await noteRemoval(deps, record.keyId);
  await calls.remove(record.keyId);
  await keyLedger.deleteKey(record.id);
  log.info('A key that was due is deleted', { keyId: record.keyId, name: record.name });
}

/** The record, from now on as that of a key to be deleted, where a rotation has left the key behind. */
async function letGo(deps: SweepDeps, record: KeyRecord): Promise<KeyRecord> {
  const { policy, keyLedger, now } = deps;
  if (record.secretId === null || record.secretVersion === undefined || record.state === 'making') return record;
  const secret = await describe(deps, record.secretId);
  if (secret === OUT_OF_REACH) return record;
  const stages = secret?.versions[record.secretVersion] ?? [];
  const left = leftBehind(record, stages, { now: now(), graceMs: policy.rotation.graceSeconds * 1_000 });
  // Where somebody else has changed it meanwhile, the next sweep looks again.
  return left !== null && (await keyLedger.saveKey(left)) ? { ...left, version: left.version + 1 } : record;
}

const OUT_OF_REACH = 'out-of-reach';

/** Of a source that has no stored key any more, say, the function may not look at the secret: nothing here works with it. */
async function describe(deps: SweepDeps, secretId: string) {
  try {
    return await deps.store.describe(secretId);
  } catch (error) {
    if (!(error instanceof SecretUnusableError) || mayReach(deps, secretId)) throw error;
    return OUT_OF_REACH;
  }
}

/** Whoever has put an old key back in by hand is not to lose it. */
async function isInUse(deps: SweepDeps, { secretId, keyId }: KeyRecord, calls: Pick<KeyCalls, 'list'>) {
  const secret = secretId === null ? undefined : await describe(deps, secretId);
  if (secretId === null || secret === undefined || secret === OUT_OF_REACH) return false;
  const value = await deps.store.read(secretId, { stage: 'AWSCURRENT' });
  const shown = (await calls.list()).find(({ id }) => id === keyId)?.redactedValue;
  return value !== null && shown !== undefined && isRedactedOf(shown, value) !== false;
}

function callsFor(deps: SweepDeps, { kind, projectId }: KeyRecord): Omit<KeyCalls, 'create'> {
  return kind === 'admin' || projectId === null ? adminKeyCalls(deps) : projectKeyCalls(deps, projectId);
}
