import { documentItem } from '../../lambdas/adapters/ledger/items.ts';
import type { KeyRecord } from '../../lambdas/core/keys/key-record.ts';
import type { KeyLedger } from '../../lambdas/core/keys/ports.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';

/** What is known of keys, in memory; the contract suite holds it to what DynamoDB does. */
export function createInMemoryKeyLedger(): KeyLedger {
  const records = new Map<string, KeyRecord>();
  return {
    listKeys: async () => [...records.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    async saveKey(record) {
      documentItem(PARTITION.key, record.id, record, record.version + 1, {});
      if ((records.get(record.id)?.version ?? 0) !== record.version) return false;
      records.set(record.id, { ...record, version: record.version + 1 });
      return true;
    },
    async deleteKey(id) {
      records.delete(id);
    },
  };
}
