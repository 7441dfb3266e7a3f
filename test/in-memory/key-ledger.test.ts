import { keyLedgerContract } from '../contracts/key-ledger-contract.ts';
import { createInMemoryKeyLedger } from './key-ledger.ts';

keyLedgerContract(async () => createInMemoryKeyLedger());
