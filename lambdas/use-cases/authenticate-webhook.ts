import { SecretUnusableError } from '../core/errors.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { Secrets } from '../core/ports/secrets.ts';
import { parseSecrets, whyNoKeys } from '../core/webhook/secrets.ts';
import { type SignedMessage, verify } from '../core/webhook/verify.ts';

/** Where the webhook secrets of a source are read. */
export type WebhookSecrets = Pick<Secrets, 'currentAndPrevious'>;

export type Authentication =
  /** `previous`: only the secret's value before the present one shows that it is; the one that is to be next counts as current. */
  | { readonly kind: 'genuine'; readonly under: 'current' | 'previous' }
  /** `details` are for the log. */
  | { readonly kind: 'refused'; readonly message: string; readonly details: Readonly<Record<string, unknown>> }
  /** Whether it is genuine cannot be told: the secret is ours to repair. */
  | { readonly kind: 'unavailable'; readonly error: unknown };

/** Forgeries cost at most two secret reads a minute and source; a rotated secret counts at once, or within this. */
export const REREAD_EVERY_MS = 30_000;

/**
 * Verifies a delivery by the secret's current, previous and pending value, as of `nowSeconds` since the epoch. When none matches, the
 * secret is read once more past the cache, because it may just have been rotated.
 */
export function createAuthenticator({ secrets, now }: { readonly secrets: WebhookSecrets; readonly now: Clock }) {
  const rereadAt = new Map<string, number>();

  return async (message: SignedMessage, secretId: string, nowSeconds: number): Promise<Authentication> => {
    try {
      const known = await check(message, secretId, nowSeconds, false);
      if (known.kind === 'genuine' || !mayReread(secretId)) return known;
      return await check(message, secretId, nowSeconds, true);
    } catch (error) {
      return { kind: 'unavailable', error };
    }
  };

  function mayReread(secretId: string): boolean {
    const last = rereadAt.get(secretId);
    if (last !== undefined && now() - last < REREAD_EVERY_MS) return false;
    rereadAt.set(secretId, now());
    return true;
  }

  async function check(message: SignedMessage, secretId: string, nowSeconds: number, fresh: boolean) {
    const values = await secrets.currentAndPrevious(secretId, { fresh });
    const verdict = verify(message, values, nowSeconds);
    if (verdict.ok) return { kind: 'genuine', under: verdict.under === 1 ? 'previous' : 'current' } as const;
    // A current value with no key in it is our mistake, not the sender's, whatever the previous one holds.
    const [current = '', previous = ''] = values;
    if (parseSecrets(current).keys.length === 0) {
      return { kind: 'unavailable', error: new SecretUnusableError(secretId, whyNoKeys(current)) } as const;
    }
    const malformed = parseSecrets(current).malformed + parseSecrets(previous).malformed;
    const details = { secretReread: fresh, malformedSecrets: malformed };
    return { kind: 'refused', message: verdict.message, details } as const;
  }
}
