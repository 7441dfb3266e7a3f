import type { CheckUpNews } from '../bin/ckpt/ui/check-up.ts';
import type { PlannedFile } from '../bin/ckpt/ui/commands.ts';
import { MOST_FILE_BYTES } from '../bin/ckpt/ui/limits.ts';
import type { About } from '../bin/ckpt/ui/server.ts';
import type { Asked, CommandName, OperatorAnswer, Problem, ResultOf } from '../lambdas/shared/contract/operator.ts';

/** What went wrong, and the next step to take, as the command line would say it. */
export class AskError extends Error {
  override readonly name: string;
  readonly next: string;
  /** Asked again after so many seconds, it may be done; null where asking again is of no use. */
  readonly retryAfterSeconds: number | null;
  constructor({ name, message, next }: Problem, retryAfterSeconds: number | null = null) {
    super(message);
    this.name = name;
    this.next = next;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const ENDED: Problem = {
  name: 'NotServedError',
  message: 'The page is not served any more.',
  next: 'Start "ckpt ui" again, and open the address that it prints.',
};

type Fields<Name extends CommandName> = Omit<Asked<Name>, 'command'>;

/**
 * Asks the operator function for one command, by what serves the page and with the credentials of whoever started that. The
 * fields and the answer are those of the command in the contract. Throws `AskError`.
 */
export async function ask<Name extends CommandName>(
  command: Name,
  fields: Fields<Name>,
  signal?: AbortSignal,
): Promise<ResultOf<Name>> {
  const headers = { 'content-type': 'application/json' };
  return resultOf(await post(`ask/${command}`, headers, JSON.stringify(fields), signal));
}

/** What there would be to do if this policy file were deployed. Throws `AskError`, of which the message lists all mistakes. */
export async function askPlanOfFile(name: string, bytes: Blob, signal?: AbortSignal): Promise<PlannedFile> {
  if (bytes.size > MOST_FILE_BYTES) {
    const message = `${name} is larger than any policy, and was not read.`;
    throw new AskError({ name: 'PolicyTooLargeError', message, next: 'Choose a sharing.yaml.' });
  }
  const headers = { 'content-type': 'application/yaml', 'x-file-name': encodeURIComponent(name) };
  return resultOf(await post('plan-file', headers, bytes, signal));
}

function post<Result>(path: string, headers: Record<string, string>, body: BodyInit, signal?: AbortSignal) {
  return read<OperatorAnswer<Result>>(path, { method: 'POST', headers, body, ...(signal && { signal }) });
}

function resultOf<Result>(answer: OperatorAnswer<Result>): Result {
  if (answer.ok) return answer.result;
  throw new AskError(answer.error, answer.retryAfterSeconds);
}

/** Has everything looked at, and tells what comes of it, as it comes. Throws `AskError`. */
export async function askCheckUp(tell: (news: CheckUpNews) => void): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('check-up', { method: 'POST', headers }).catch(() => undefined);
  if (!response?.ok || response.body === null) throw new AskError(ENDED);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new AskError(ENDED);
    });
    if (done) return;
    const lines = (text + value).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) tell(JSON.parse(line));
  }
}

/** What the page speaks to, and what it may ask for. */
export function readAbout(): Promise<About> {
  return read('about');
}

async function read<Value>(path: string, init?: RequestInit): Promise<Value> {
  const ended = (error: unknown) => {
    throw init?.signal?.aborted ? error : new AskError(ENDED);
  };
  const response = await fetch(path, init).catch(ended);
  if (!response.ok) throw new AskError(ENDED);
  // It may end in the middle of its answer, too.
  return response.json().catch(ended);
}

/** What may have been done, though its end is not known. */
const UNSURE = new Set([ENDED.name, 'FunctionTimeoutError', 'FunctionError', 'NetworkError', 'UnexpectedAnswerError']);

/** The same of something that was to be done: whoever does it again is to know whether it was. */
export function toFailure(error: unknown): Problem {
  const problem = toProblem(error);
  if (error instanceof AskError && error.retryAfterSeconds !== null) return { ...problem, next: 'Do it again then.' };
  if (!UNSURE.has(problem.name)) return problem;
  return { ...problem, next: `Whether it was done is not known: look before you do it again. ${problem.next}` };
}

/** Any error as what is wrong and what to do. */
export function toProblem(error: unknown): Problem {
  if (error instanceof AskError) return { name: error.name, message: error.message, next: error.next };
  const text = error instanceof Error ? error.message : String(error);
  return { name: 'UnexpectedError', message: `The page failed: ${text}.`, next: 'Load it again.' };
}
