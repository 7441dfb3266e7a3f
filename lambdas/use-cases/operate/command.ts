import type { CommandName, RequestOf, ResultOf } from '../../shared/contract/operator.ts';
import type { CommandDeps } from './deps.ts';

/** Carries out one command of the operator function. */
export type Command<Name extends CommandName> = (
  deps: CommandDeps,
  request: RequestOf<Name>,
) => Promise<ResultOf<Name>>;
