import { withoutStop } from '../../../core/text/sentence.ts';
import type { Status } from '../../../shared/contract/operator.ts';
import { bad, type Found, good } from './check.ts';

/** Whether every row of the ledger could be written when it was last tried. */
export function judgeRows({ unwritten: { count, rows } }: Pick<Status, 'unwritten'>): Found {
  const [first] = rows;
  if (first === undefined) return good('Every row of the ledger could be written.');
  const others = count > 1 ? `, nor can ${count - 1} other rows` : '';
  return bad(
    `${first.row} cannot be written to the ledger (${withoutStop(first.reason)})${others}.`,
    'See docs/runbook.md#row-unwritable; "ckpt status" names them.',
  );
}
