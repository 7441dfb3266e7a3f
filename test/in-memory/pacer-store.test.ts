import { describePacerStoreContract } from '../contracts/pacer-store-contract.ts';
import { createInMemoryPacerStore } from './pacer-store.ts';

describePacerStoreContract('the pacer store in memory', async () => createInMemoryPacerStore());
