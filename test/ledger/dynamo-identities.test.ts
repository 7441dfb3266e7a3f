import { createDynamoIdentities } from '../../lambdas/adapters/ledger/dynamo-identities.ts';
import { identitiesContract } from '../contracts/identities-contract.ts';
import { useTable } from './table.ts';

const table = useTable();

identitiesContract(async () => {
  await table.empty();
  return createDynamoIdentities(table.client, table.name);
});
