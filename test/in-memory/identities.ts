import { documentItem } from '../../lambdas/adapters/ledger/items.ts';
import type { ConnectedIdentities, ConnectedIdentity } from '../../lambdas/core/identity/ports.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';

/** What connecting sources has made, in memory; the contract suite holds it to what DynamoDB does. */
export function createInMemoryIdentities(): ConnectedIdentities {
  const identities = new Map<string, ConnectedIdentity>();
  return {
    get: async (source) => identities.get(source),
    list: async () => [...identities.values()].sort((a, b) => (a.source < b.source ? -1 : 1)),
    async save(identity) {
      documentItem(PARTITION.identity, identity.source, identity, identity.version + 1, {});
      if ((identities.get(identity.source)?.version ?? 0) !== identity.version) return false;
      identities.set(identity.source, { ...identity, version: identity.version + 1 });
      return true;
    },
    async delete(source) {
      identities.delete(source);
    },
  };
}
