import { FILTERS, type FilterName } from '../../shared/contract/operator.ts';
import type { OperatorCommand } from './command.ts';
import { checkFilter, fits } from './filter.ts';
import { listedOf } from './listed.ts';
import { allowOnly, type Fields, readFields, readTextOrNull, readTexts } from './payload.ts';

/**
 * `list`: the permissions of the ledger, one page of the ledger (1 MB) at a time, because Lambda answers with no more
 * than 6 MB.
 */
export const list: OperatorCommand<'list'> = {
  parse(fields) {
    allowOnly(fields, ['command', 'filter', 'cursor']);
    return { command: 'list', filter: readFilter(fields), cursor: readTextOrNull(fields, 'cursor') };
  },

  async run({ ledger, policy }, { filter, cursor }) {
    checkFilter(filter, policy);
    const page = await ledger.listCheckpoints(cursor);
    const permissions = page.items.flatMap((record) => listedOf(record, policy));
    return { permissions: permissions.filter((permission) => fits(permission, filter)), cursor: page.cursor };
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
