import { type ApiError, serverError, tooManyRequests } from './api-error.ts';
import type { Fault } from './faults.ts';
import type { Answer } from './routes/route.ts';

/** How a connection ends: with an answer, with half of one, torn, or left open until the caller gives up. */
export type Ending =
  | { readonly kind: 'answer' | 'half-answer'; readonly answer: Answer }
  | { readonly kind: 'reset' | 'hang' };

export function answered(answer: Answer): Ending {
  return { kind: 'answer', answer };
}

export function refused(error: ApiError): Answer {
  return { status: error.status, body: error.body(), headers: error.headers, effect: false };
}

/** Does the work, or does not, as the fault has it. `work` never throws: a refusal is an answer too. */
export async function endWith(
  fault: Fault,
  work: () => Promise<Answer>,
  sleep: (ms: number) => Promise<void>,
): Promise<Ending> {
  switch (fault.kind) {
    case 'none':
      return answered(await work());
    case 'slow':
      await sleep(fault.delayMs ?? 1000);
      return answered(await work());
    case 'throttled':
      return answered(refused(tooManyRequests(fault.retryAfterSeconds ?? null)));
    case 'error-before':
      return answered(refused(serverError(fault.status)));
    case 'error-after':
      await work();
      return answered(refused(serverError(fault.status)));
    case 'malformed':
      return { kind: 'half-answer', answer: await work() };
    case 'reset-before':
      return { kind: 'reset' };
    case 'reset-after':
      await work();
      return { kind: 'reset' };
    case 'hang-before':
      return { kind: 'hang' };
    case 'hang-after':
      await work();
      return { kind: 'hang' };
  }
}
