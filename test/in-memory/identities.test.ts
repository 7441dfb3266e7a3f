import { identitiesContract } from '../contracts/identities-contract.ts';
import { createInMemoryIdentities } from './identities.ts';

identitiesContract(async () => createInMemoryIdentities());
