import { type KeyRecord, TURNS_UP_WITHIN_MS } from '../../core/keys/key-record.ts';
import { adminKeyCalls } from './admin-keys.ts';
import type { KeysDeps } from './deps.ts';
import { type KeyCalls, settleLost } from './make-key.ts';
import { projectKeyCalls } from './project-keys.ts';

/** A key that is being made is left to whoever makes it for as long as the function may run. */
const UNDER_WAY_MS = 5 * 60_000;

type SweepDeps = Pick<KeysDeps, 'keyLedger' | 'store' | 'api' | 'pacer' | 'secretIds' | 'now' | 'log'>;

/**
 * Deletes at OpenAI what is due, and what was made without an answer. One key that fails stops no other; what is left is
 * tried again by the next sweep. Throws, at its end, where a key could not be settled, so that an alarm can ring.
 */
export async function sweepKeys(deps: SweepDeps): Promise<void> {
  const failures: unknown[] = [];
  for (const record of await deps.keyLedger.listKeys()) {
    try {
      await sweepOne(deps, record);
    } catch (error) {
      deps.log.warn('A key is not settled', { name: record.name, keyId: record.keyId, error });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} keys are not settled`);
}

async function sweepOne(deps: SweepDeps, record: KeyRecord): Promise<void> {
  const { keyLedger, now, log } = deps;
  const calls = callsFor(deps, record);
  if (record.state === 'making' && record.notedAt + UNDER_WAY_MS <= now()) {
    const found = await settleLost(deps, record, calls);
    // It would show by now: OpenAI has made none.
    if (found === 'not-there' && record.notedAt + TURNS_UP_WITHIN_MS <= now()) await keyLedger.deleteKey(record.id);
  }
  if (record.state === 'retiring' && record.keyId !== null && (record.deleteAt ?? 0) <= now()) {
    await calls.remove(record.keyId);
    await keyLedger.deleteKey(record.id);
    log.info('A key that was due is deleted', { keyId: record.keyId, name: record.name });
  }
}

function callsFor(deps: SweepDeps, { kind, projectId }: KeyRecord): Omit<KeyCalls, 'create'> {
  return kind === 'admin' || projectId === null ? adminKeyCalls(deps) : projectKeyCalls(deps, projectId);
}
