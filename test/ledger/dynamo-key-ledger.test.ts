import { createDynamoKeyLedger } from '../../lambdas/adapters/ledger/dynamo-key-ledger.ts';
import { keyLedgerContract } from '../contracts/key-ledger-contract.ts';
import { useTable } from './table.ts';

const table = useTable();

keyLedgerContract(async () => {
  await table.empty();
  return createDynamoKeyLedger(table.client, table.name);
});
