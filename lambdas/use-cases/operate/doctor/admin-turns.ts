import { BadCredentialsError, CallerRefusedError, UnavailableError, UncertainError } from '../../../core/errors.ts';
import type { Probe } from '../../../core/ports/openai.ts';

/** Carries out a probe when those before it have ended; `skipped` where one of them has shown that it is of no use. */
export type AdminTurns = (probe: () => Promise<Probe>) => Promise<Probe | 'skipped'>;

/**
 * Once OpenAI does not accept the key, lets nobody in from here, or does not answer, it does so to every further call as well: they would cost slots
 * and time, and say the same once more.
 */
export function createAdminTurns(): AdminTurns {
  let before: Promise<unknown> = Promise.resolve();
  let useless = false;
  return (probe) => {
    const turn = before.then(async () => {
      if (useless) return 'skipped' as const;
      const result = await probe();
      useless = !result.ok && USELESS.some((kind) => result.error instanceof kind);
      return result;
    });
    before = turn.catch(() => undefined);
    return turn;
  };
}

const USELESS = [BadCredentialsError, CallerRefusedError, UnavailableError, UncertainError] as const;
