import type { CommandName, RequestOf, ResultOf } from '../../shared/contract/operator.ts';
import type { CommandDeps } from './deps.ts';
import type { Fields } from './payload.ts';

/** One command of the operator function. */
export interface OperatorCommand<Name extends CommandName> {
  /** Checks what was sent; throws `BadRequestError`. */
  parse(fields: Fields): RequestOf<Name>;
  run(deps: CommandDeps, request: RequestOf<Name>): Promise<ResultOf<Name>>;
}
