import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretUnusableError } from '../../core/errors.ts';
import type { Clock, Secrets } from '../../core/ports.ts';
import { createCache } from './cache.ts';
import { emptyProblem, hasNoValue, SecretsUnavailableError, toSecretError } from './failure.ts';

const MINUTE_MS = 60_000;

/**
 * Secrets from Secrets Manager, each cached for `ttlMs` (5 minutes). While Secrets Manager is away (a 5xx, throttling
 * or no answer) an old value is served up to an hour after it was read; when it says that the secret is gone, empty
 * or forbidden, or is asked for a `fresh` value, the failure is thrown: taking a right away works within `ttlMs`.
 */
export function createSecrets(
  client: SecretsManagerClient,
  { ttlMs = 5 * MINUTE_MS, now }: { readonly ttlMs?: number; readonly now: Clock },
): Secrets {
  const cached = createCache<readonly string[]>({
    ttlMs,
    staleMs: 60 * MINUTE_MS,
    retryMs: MINUTE_MS / 2,
    now,
    isPassing: (error) => error instanceof SecretsUnavailableError,
  });

  return {
    async current(secretId, { fresh = false } = {}) {
      const [value = ''] = await cached(`current ${secretId}`, fresh, async () => [await readCurrent(secretId)]);
      return value;
    },
    async currentAndPrevious(secretId, { fresh = false } = {}) {
      return cached(`both ${secretId}`, fresh, async () => {
        const [current, previous] = await Promise.all([readCurrent(secretId), readPrevious(secretId)]);
        return previous === '' ? [current] : [current, previous];
      });
    },
  };

  async function readCurrent(secretId: string): Promise<string> {
    const value = await read(secretId, 'AWSCURRENT');
    if (value === undefined) {
      throw new SecretUnusableError(secretId, 'is binary: put its value in again with --secret-string');
    }
    if (value === '') throw new SecretUnusableError(secretId, emptyProblem(secretId));
    return value;
  }

  /** Empty where there is none: a secret has no previous value before its second one. */
  async function readPrevious(secretId: string): Promise<string> {
    try {
      return (await read(secretId, 'AWSPREVIOUS')) ?? '';
    } catch (error) {
      if (error instanceof SecretUnusableError && hasNoValue(error.cause)) return '';
      throw error;
    }
  }

  /** The trimmed string; undefined for a binary secret. */
  async function read(secretId: string, stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<string | undefined> {
    try {
      const answer = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
      return answer.SecretString?.trim();
    } catch (error) {
      throw toSecretError(secretId, error);
    }
  }
}
