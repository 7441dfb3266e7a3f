import {
  AccountRefusedError,
  BadCredentialsError,
  CallerRefusedError,
  ForbiddenError,
  MissingScopeError,
  OpenAIError,
  OwningProjectError,
  RefusedError,
  SecretUnusableError,
  type SharingError,
} from '../errors.ts';
import type { EndpointRest, KeyRest, RestKind } from '../model/rests.ts';

/** How the reason of a rest begins. */
const HEAD: Readonly<Record<RestKind, string>> = {
  'key-refused': 'OpenAI refuses the admin key',
  'key-unusable': 'The admin key cannot be used',
  'wrong-key': 'The admin key is of another organisation',
  'key-doubted': 'Nothing shows that the admin key is of this organisation',
  'scope-missing': 'The admin key may not do this',
  'account-refused': "OpenAI refuses the organisation's account",
  'caller-refused': 'OpenAI does not let this stack in',
};

export function reasonOf(kind: RestKind, message: string): string {
  return `${HEAD[kind]}: ${message}`;
}

/** Whether the reason of a rest is one that another key would not mend. */
export function isBeyondKey(reason: string): boolean {
  return reason.startsWith(HEAD['account-refused']) || reason.startsWith(HEAD['caller-refused']);
}

/** Why no further admin call is worth making after this failure; null where others may be. */
export function keyRestOf(error: SharingError): KeyRest | null {
  if (error instanceof BadCredentialsError) return 'key-refused';
  if (error instanceof SecretUnusableError) return 'key-unusable';
  return null;
}

/** Why no further call to the same endpoint is; null where it says nothing of them. */
export function endpointRestOf(error: SharingError): EndpointRest | null {
  if (error instanceof MissingScopeError) return 'scope-missing';
  if (error instanceof AccountRefusedError) return 'account-refused';
  if (error instanceof CallerRefusedError || (error instanceof OpenAIError && error.isPage)) return 'caller-refused';
  return null;
}

/**
 * Whether OpenAI has looked at what was asked for, so that nothing is wrong with whoever asked. A 404 is no such word: it is
 * also what another organisation's key is told.
 */
export function isLetIn(error: unknown): boolean {
  return [RefusedError, OwningProjectError, ForbiddenError].some((kind) => error instanceof kind);
}
