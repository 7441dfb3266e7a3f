import type { CheckpointRecord } from '../../core/model/permission.ts';
import { FILTERS, type FilterName } from '../../shared/contract/operator.ts';
import { fittingPage } from './answer-size.ts';
import type { OperatorCommand } from './command.ts';
import { checkFilter, fits } from './filter.ts';
import { listedOf } from './listed.ts';
import { allowOnly, type Fields, readFields, readTextOrNull, readTexts } from './payload.ts';

/**
 * `list`: the permissions of the ledger, at most one page of the ledger (1 MB) at a time, because Lambda answers
 * with no more than 6 MB.
 */
export const list: OperatorCommand<'list'> = {
  parse(fields) {
    allowOnly(fields, ['command', 'filter', 'cursor']);
    return { command: 'list', filter: readFilter(fields), cursor: readTextOrNull(fields, 'cursor') };
  },

  async run({ ledger, policy }, { filter, cursor }) {
    checkFilter(filter, policy);
    const tell = (record: CheckpointRecord) =>
      listedOf(record, policy).filter((permission) => fits(permission, filter));
    const page = fittingPage(await ledger.listCheckpoints(cursor), tell, ({ checkpoint }) => checkpoint);
    return { permissions: page.told.flat(), cursor: page.cursor };
  },
};

function readFilter(fields: Fields) {
  const filter = readFields(fields.filter ?? {}, 'The filter');
  allowOnly(filter, FILTERS);
  return Object.fromEntries(FILTERS.map((name) => [name, readTexts(filter, name)])) as Record<
    FilterName,
    readonly string[]
  >;
}
