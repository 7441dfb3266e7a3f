import { IdentityRefusedError } from '../../core/errors.ts';
import type { WebIdentity } from '../../core/identity/ports.ts';
import type { AccessToken, TokenExchange } from '../../core/identity-ports.ts';
import type { ServiceIdentity } from '../../core/policy/policy.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import type { ReadKey } from '../../core/ports/secrets.ts';
import { withoutStop } from '../../core/text/sentence.ts';

export interface SourceTokenOptions {
  readonly web: WebIdentity;
  readonly exchange: TokenExchange;
  /** As whom at OpenAI; undefined while the source is not connected. */
  readonly identityOf: (source: string) => Promise<ServiceIdentity | undefined>;
  readonly clock: Clock;
  /** How long a refusal is taken for OpenAI's word before it is asked again, in milliseconds. */
  readonly restMs: number;
}

/** A token is renewed so long before its end, or in the last third of a short life: the call that it is for takes time. */
const RENEWED_BEFORE_MS = 60_000;

interface Held extends AccessToken {
  readonly renewAt: number;
}

/**
 * The token that stands in for the project key of a source: one for all calls until shortly before it ends, and one exchange
 * at a time. Throws `IdentityRefusedError` where the chain is broken, without asking again before `restMs` are over; where
 * nobody could say why there is none, the one at hand serves to its end.
 */
export function createSourceToken(source: string, options: SourceTokenOptions): ReadKey {
  const { clock, restMs } = options;
  let held: Held | undefined;
  let refusal: { readonly error: IdentityRefusedError; readonly until: number } | undefined;
  let renewal: Promise<string> | undefined;

  return async ({ refused } = {}) => {
    // Another call may have renewed by now what was refused to this one.
    if (refused !== undefined && held?.value === refused) held = undefined;
    if (held !== undefined && clock() < held.renewAt) return held.value;
    if (refusal !== undefined && clock() < refusal.until) throw refusal.error;
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };

  async function renew(): Promise<string> {
    try {
      const token = await mintAndExchange(source, options);
      const lifeMs = token.expiresAt - clock();
      held = { ...token, renewAt: token.expiresAt - Math.min(RENEWED_BEFORE_MS, lifeMs / 3) };
      refusal = undefined;
      return token.value;
    } catch (error) {
      if (error instanceof IdentityRefusedError) {
        held = undefined;
        refusal = { error, until: clock() + restMs };
      }
      if (held !== undefined && clock() < held.expiresAt) return held.value;
      throw error;
    }
  }
}

async function mintAndExchange(source: string, { web, exchange, identityOf }: SourceTokenOptions) {
  const as = await identityOf(source);
  if (as === undefined) {
    throw new IdentityRefusedError(
      `${source} is to be read without a stored key, and is not connected yet: "ckpt sources connect ${source}" makes what it takes at OpenAI`,
      { link: 'connection' },
    );
  }
  const { value } = await web.mint();
  try {
    return await exchange.exchange(value, as);
  } catch (error) {
    if (!(error instanceof IdentityRefusedError)) throw error;
    const { message, status, code, requestId } = error;
    throw new IdentityRefusedError(
      `${withoutStop(message)} (for ${source}, with the identity provider ${as.identityProviderId}, as the service account ${as.serviceAccountId}). "ckpt doctor" says what is wrong there, and "ckpt sources connect ${source}" mends it`,
      { status: status ?? undefined, code, requestId: requestId ?? undefined },
      { cause: error },
    );
  }
}
