import type { CheckpointRecord } from '../../core/model/permission.ts';
import { fittingPage } from './answer-size.ts';
import type { Command } from './command.ts';
import { checkFilter, fits } from './filter.ts';
import { listedOf } from './listed.ts';

/**
 * `list`: the permissions of the ledger, at most one page of the ledger (1 MB) at a time, because Lambda answers
 * with no more than 6 MB.
 */
export const list: Command<'list'> = async ({ ledger, policy }, { filter, cursor }) => {
  checkFilter(filter, policy);
  const tell = (record: CheckpointRecord) => listedOf(record, policy).filter((permission) => fits(permission, filter));
  const page = fittingPage(await ledger.listCheckpoints(cursor), tell, ({ checkpoint }) => checkpoint);
  return { permissions: page.told.flat(), cursor: page.cursor };
};
