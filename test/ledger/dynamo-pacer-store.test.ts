import { createDynamoPacerStore } from '../../lambdas/adapters/ledger/dynamo-pacer-store.ts';
import { describePacerStoreContract } from '../contracts/pacer-store-contract.ts';
import { useTable } from './table.ts';

const table = useTable();

describePacerStoreContract('the pacer store on DynamoDB', async () => {
  await table.empty();
  return createDynamoPacerStore(table.client, table.name);
});
