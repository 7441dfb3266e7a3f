import { IdentityRefusedError } from '../../lambdas/core/errors.ts';
import type { WebIdentity } from '../../lambdas/core/identity/ports.ts';
import { IDENTITY_SECONDS, type IdentityFunction } from '../../lambdas/shared/contract/names.ts';
import { AUDIENCE, createSigner } from '../fake-openai/identity-tokens.ts';

/** As AWS gives each account one of its own. */
export const ISSUER = 'https://11112222-3333.tokens.sts.global.api.aws';

const signer = createSigner();

export function roleOf(fn: string): string {
  return `arn:aws:iam::111122223333:role/${fn}`;
}

export function rolesOf(...functions: readonly IdentityFunction[]): ReadonlyMap<string, string> {
  return new Map(functions.map((fn) => [fn, roleOf(fn)]));
}

/** What AWS mints for a function; nothing while the account's switch is off. Counts, and keeps what was minted. */
export function webIdentityOf(fn: string, now: () => number) {
  const minted: string[] = [];
  return {
    minted,
    isSwitchedOn: true,
    async mint() {
      if (!this.isSwitchedOn) throw new IdentityRefusedError('It is off', { link: 'switch' });
      const claims = { iss: ISSUER, aud: AUDIENCE, sub: roleOf(fn), exp: Math.floor(now() / 1_000) + IDENTITY_SECONDS };
      const value = signer.sign(claims);
      minted.push(value);
      return { value, issuer: ISSUER };
    },
  } satisfies WebIdentity & Record<string, unknown>;
}
