import { expect, it } from 'vitest';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { aCheckpoint, aPermission, MODEL } from '../builders/checkpoints.ts';
import { describeLedgerContract } from '../contracts/ledger-contract.ts';
import { useTable } from './table.ts';

const table = useTable();

async function makeLedger() {
  await table.empty();
  return createDynamoLedger(table.client, table.name);
}

describeLedgerContract('the ledger on DynamoDB', makeLedger);

it('a page of checkpoints ends before 1 MB, and says where the next begins', async () => {
  const ledger = await makeLedger();
  const reason = 'x'.repeat(250_000);
  for (let step = 0; step < 6; step++) {
    const record = { ...aCheckpoint(aPermission('proj_A', 'rejected', { reason })), checkpoint: `${MODEL}:${step}` };
    await ledger.saveCheckpoint(record, record);
  }
  const first = await ledger.listCheckpoints(null);
  expect(first.items.length).toBeLessThan(6);
  expect(first.cursor).toBe(first.items.at(-1)?.checkpoint);
});

it('an error that is no failed condition is passed on', async () => {
  const elsewhere = createDynamoLedger(table.client, `${table.name}-that-is-not-there`);
  const record = aCheckpoint();
  await expect(elsewhere.saveCheckpoint(record, record)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(elsewhere.acquireLease('drain', 'a', 1, 1)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
