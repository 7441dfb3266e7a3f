import { RefusedError } from '../../core/errors.ts';

/** Null is left out on purpose: all. Throws `RefusedError` for none, which OpenAI would take for all. */
export function scopesToSend(scopes: readonly string[] | null): readonly string[] | null {
  if (scopes === null || (scopes.length > 0 && scopes.every((scope) => /^\S+$/.test(scope)))) return scopes;
  throw new RefusedError('A list of scopes without a scope would mean all of them to OpenAI: name at least one');
}

/** As it is sent; nothing where it is not to end. JSON has no NaN: it would be sent as a key that never ends. */
export function expiryToSend(seconds: number | null | undefined): { readonly expires_in_seconds?: number } {
  if (seconds == null) return {};
  if (Number.isInteger(seconds) && seconds > 0) return { expires_in_seconds: seconds };
  throw new RefusedError('A key ends after a whole number of seconds, at least one');
}
