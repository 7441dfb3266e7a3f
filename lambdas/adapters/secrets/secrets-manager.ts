import {
  GetSecretValueCommand,
  type GetSecretValueResponse,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SecretUnusableError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import { SECRET_CACHE_MS, type SecretDates, type Secrets } from '../../core/ports/secrets.ts';
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
  { ttlMs = SECRET_CACHE_MS, now }: { readonly ttlMs?: number; readonly now: Clock },
): Secrets & SecretDates {
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
        const [current, previous, pending] = await Promise.all([
          readCurrent(secretId),
          readOther(secretId, 'AWSPREVIOUS'),
          readOther(secretId, 'AWSPENDING'),
        ]);
        // After a rotation the current version may be the pending one still.
        if (pending !== '' && pending !== current) return [current, previous, pending];
        return previous === '' ? [current] : [current, previous];
      });
    },
    async changedAt(secretId) {
      return (await read(secretId, 'AWSCURRENT')).CreatedDate?.getTime() ?? null;
    },
  };

  async function readCurrent(secretId: string): Promise<string> {
    const value = stringIn(await read(secretId, 'AWSCURRENT'));
    if (value === undefined) {
      throw new SecretUnusableError(secretId, 'is binary: put its value in again with --secret-string');
    }
    if (value === '') throw new SecretUnusableError(secretId, emptyProblem(secretId));
    return value;
  }

  /** Empty where there is none: a secret has no previous value before its second one, nor a pending one between rotations. */
  async function readOther(secretId: string, stage: 'AWSPREVIOUS' | 'AWSPENDING'): Promise<string> {
    try {
      return stringIn(await read(secretId, stage)) ?? '';
    } catch (error) {
      if (error instanceof SecretUnusableError && hasNoValue(error.cause)) return '';
      throw error;
    }
  }

  async function read(
    secretId: string,
    stage: 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING',
  ): Promise<GetSecretValueResponse> {
    try {
      return await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
    } catch (error) {
      throw toSecretError(secretId, error);
    }
  }
}

/** The trimmed string; undefined for a binary secret. */
function stringIn({ SecretString }: GetSecretValueResponse): string | undefined {
  return SecretString?.trim();
}
