import { describeLedgerContract } from '../contracts/ledger-contract.ts';
import { createInMemoryLedger } from './ledger.ts';

describeLedgerContract('the ledger in memory', async (author) => createInMemoryLedger(author));
