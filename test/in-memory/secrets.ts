import { SecretUnusableError } from '../../lambdas/core/errors.ts';
import type { Secrets } from '../../lambdas/core/ports/secrets.ts';

/** A secret's current value and the one before it; an error is thrown when it is read. */
export type StoredSecret = string | readonly [current: string, previous: string] | Error;

/** Secrets in memory, by ARN; what a test changes counts at once. One that is not there fails as it does at AWS. */
export function createInMemorySecrets(stored: Map<string, StoredSecret>): Secrets {
  const read = (secretId: string): readonly string[] => {
    const value = stored.get(secretId);
    if (value === undefined) throw new SecretUnusableError(secretId, 'is not there');
    if (value instanceof Error) throw value;
    const values = typeof value === 'string' ? [value] : value;
    if (values[0] === '') throw new SecretUnusableError(secretId, 'is empty');
    return values;
  };
  return {
    current: async (secretId) => read(secretId)[0] ?? '',
    currentAndPrevious: async (secretId) => read(secretId),
  };
}
