import { SecretUnusableError } from '../../core/errors.ts';
import type { KeyRecord } from '../../core/keys/key-record.ts';
import type { KeyFacts } from '../../core/keys/ports.ts';
import { isRedactedOf } from '../../core/keys/redacted.ts';
import type { AdminKey } from '../../shared/contract/operator.ts';
import { toIso, toIsoOrNull } from '../operate/answer.ts';
import { BadRequestError } from '../operate/problem.ts';
import type { KeysDeps } from './deps.ts';

/** A key that the system works with. */
export interface HeldKey {
  readonly secretId: string;
  readonly value: string;
}

/** What the secrets of the stack hold, of those that are named: one that nothing can be read from holds none. */
export async function heldKeys(
  { secrets }: Pick<KeysDeps, 'secrets'>,
  secretIds: readonly string[],
): Promise<readonly HeldKey[]> {
  const held = await Promise.all(
    secretIds.map(async (secretId) => {
      try {
        return [{ secretId, value: await secrets.current(secretId, { fresh: true }) }];
      } catch (error) {
        if (
          error instanceof SecretUnusableError &&
          /is (?:empty|not there|binary|marked for deletion)/.test(error.message)
        )
          return [];
        throw error;
      }
    }),
  );
  return held.flat();
}

/**
 * Throws `BadRequestError` for a key that the system works with, or may work with: where OpenAI shows too little of it nobody
 * can tell. `rotation` is what in sharing.yaml replaces it.
 */
export function refuseInUse({ id, redactedValue }: KeyFacts, held: readonly HeldKey[], rotation: string): void {
  const verdicts = held.map(({ value }) => isRedactedOf(redactedValue, value));
  if (verdicts.includes(true)) {
    throw new BadRequestError(
      `The key ${id} is one that this system works with; nothing was done.`,
      `Put another one into its secret first, or let it be rotated (${rotation} in sharing.yaml).`,
    );
  }
  if (!verdicts.includes(null)) return;
  throw new BadRequestError(
    `The key ${id} may be one that this system works with: OpenAI shows too little of it to tell; nothing was done.`,
    "Delete it in OpenAI's settings, if you know that it is not in use.",
  );
}

/** A key with what is known of it here. */
export function describeKey(key: KeyFacts, held: readonly HeldKey[], records: readonly KeyRecord[]): AdminKey {
  const holder = held.find(({ value }) => isRedactedOf(key.redactedValue, value) === true);
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
