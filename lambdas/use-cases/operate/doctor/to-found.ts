import { CallerRefusedError, NoSlotError, NotFoundError, RefusedError } from '../../../core/errors.ts';
import { explain, type KeyName } from '../explain-openai.ts';
import { toRefusal } from '../problem.ts';
import { bad, type Found, notice } from './check.ts';

/** What a check has thrown, as a finding; undefined for what nobody foresaw, whose text is not for everybody's eyes. */
export function toFound(error: unknown): Found | undefined {
  if (error instanceof NoSlotError) return waiting(error);
  const refusal = toRefusal(error);
  return refusal && bad(refusal.error.message, refusal.error.next);
}

/** What is wrong with a key, or with what OpenAI says to it; undefined for anything else. */
export function keyProblem(key: KeyName, error: unknown, isNeeded = true): Found | undefined {
  const problem = explain(key, error);
  if (problem === undefined) return undefined;
  // What is asked for here is there at OpenAI: whoever says that it is not is somebody else.
  const isGateway = error instanceof CallerRefusedError && error.why === 'gateway';
  const isElsewhere = isGateway || error instanceof RefusedError || error instanceof NotFoundError;
  return (isNeeded ? bad : notice)(problem.message, isElsewhere ? CHECK_BASE_URL : problem.next);
}

const CHECK_BASE_URL = 'Check openai.baseUrl in sharing.yaml, and what answers there.';

function waiting({ endpoint, seconds, reason }: NoSlotError): Found {
  const why = reason === null ? '' : ` (${reason})`;
  const message = `This takes an admin call, and the next one to ${endpoint} can go in ${seconds} s${why}.`;
  return { state: 'waiting', message, mend: null, retryAfterSeconds: seconds };
}
