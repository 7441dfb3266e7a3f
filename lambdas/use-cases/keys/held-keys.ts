import { SecretUnusableError } from '../../core/errors.ts';
import type { KeyRecord } from '../../core/keys/key-record.ts';
import type { KeyFacts } from '../../core/keys/ports.ts';
import { isRedactedOf } from '../../core/keys/redacted.ts';
import type { AdminKey } from '../../shared/contract/operator.ts';
import { toIso, toIsoOrNull } from '../operate/answer.ts';
import type { KeysDeps } from './deps.ts';

/** A key that the system works with. */
export interface HeldKey {
  readonly secretId: string;
  readonly value: string;
}

/** What the secrets of the stack hold, of those that are named: an empty one holds none. */
export async function heldKeys(
  { secrets }: Pick<KeysDeps, 'secrets'>,
  secretIds: readonly string[],
): Promise<readonly HeldKey[]> {
  const held = await Promise.all(
    secretIds.map(async (secretId) => {
      try {
        return [{ secretId, value: await secrets.current(secretId, { fresh: true }) }];
      } catch (error) {
        if (error instanceof SecretUnusableError && /is empty|is not there/.test(error.message)) return [];
        throw error;
      }
    }),
  );
  return held.flat();
}

/** A key with what is known of it here. */
export function describeKey(key: KeyFacts, held: readonly HeldKey[], records: readonly KeyRecord[]): AdminKey {
  const holder = held.find(({ value }) => isRedactedOf(key.redactedValue, value));
  const record = records.find(({ keyId, state }) => keyId === key.id && state === 'made');
  return {
    id: key.id,
    name: key.name,
    redactedValue: key.redactedValue,
    createdAt: toIso(key.createdAt),
    expiresAt: toIsoOrNull(key.expiresAt),
    lastUsedAt: toIsoOrNull(key.lastUsedAt),
    owner: key.owner,
    inUse: holder !== undefined,
    secret: holder?.secretId ?? record?.secretId ?? null,
  };
}
