import type { Author } from '../../core/events/event.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Log } from '../../core/ports/runtime.ts';
import type { CommandName, OperatorAnswer, RequestOf } from '../../shared/contract/operator.ts';
import { toRefusal } from './problem.ts';
import { notUnderstood, quoted, readFields, readRequest, refuseKeys } from './read-request.ts';

/** What every function needs that a person may ask something of. */
export interface DispatchDeps {
  /** The ledger in which what is done is told as done by somebody. */
  readonly ledgerAs: (author: Author) => Ledger;
  readonly log: Log;
}

/** What one request is carried out with. `ledger` is in the name of whoever asks. */
export type Named<Deps> = Deps & {
  readonly ledger: Ledger;
  readonly author: Author;
  /** Names the request in its log and in the events that are about no checkpoint. */
  readonly requestId: string;
};

/** Carries out one command. */
type Run<Deps, Name extends CommandName> = (deps: Named<Deps>, request: RequestOf<Name>) => Promise<unknown>;

/**
 * Carries out what a person asks: `{ command, … }`. Errors are answers with the next step; one that nobody foresaw is
 * logged whole and answered without its text. `requestId` is where its log is found.
 */
export function createDispatcher<Deps extends DispatchDeps, Name extends CommandName>(
  functionName: string,
  commands: { readonly [Each in Name]: Run<Deps, Each> },
  deps: Deps,
): (payload: unknown, requestId: string) => Promise<OperatorAnswer> {
  const isCommand = (value: unknown): value is Name => typeof value === 'string' && Object.hasOwn(commands, value);
  return async (payload, requestId) => {
    try {
      const fields = readFields(payload);
      refuseKeys(JSON.stringify(fields));
      const { command, by, ...asked } = fields;
      if (!isCommand(command)) throw notUnderstood(`the command ${quoted(String(command))}`);
      const author = { actor: readAsker(by), plan: null };
      deps.log.info('Command', { command, ...author });
      const run: Run<Deps, Name> = commands[command];
      const named = { ...deps, author, requestId, ledger: deps.ledgerAs(author) };
      return { ok: true, result: await run(named, readRequest(command, asked)) };
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal !== undefined) {
        deps.log.warn('Command not carried out', { reason: refusal.error.message });
        return refusal;
      }
      deps.log.error('Command failed', { error });
      return { ok: false, error: unforeseen(functionName, error, requestId) };
    }
  };
}

/** Who asks, as they told it: for the record, nothing is decided by it. */
function readAsker(by: unknown): string {
  const text = typeof by === 'string' ? by.replace(/[^ -~]+/g, '?').slice(0, 200) : '';
  return text === '' ? 'a person' : text;
}

function unforeseen(functionName: string, error: unknown, requestId: string) {
  const name = error instanceof Error ? error.name : 'Error';
  return {
    name,
    message: `The ${functionName} function could not do it (${name}).`,
    next: `Its log says more, under the request id ${requestId}.`,
  };
}
