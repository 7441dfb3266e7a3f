import { describe, expect, it } from 'vitest';
import type { KeyRecord } from '../../lambdas/core/keys/key-record.ts';
import type { KeyLedger } from '../../lambdas/core/keys/ports.ts';

export function aKeyRecord(parts: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: '1-request',
    version: 0,
    kind: 'admin',
    name: 'ci',
    projectId: null,
    serviceAccountId: null,
    secretId: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:S/keys/ci-AbCdEf',
    scopes: null,
    state: 'making',
    keyId: null,
    sameName: [],
    notedAt: Date.parse('2026-11-20T12:00:00.000Z'),
    expiresAt: null,
    deleteAt: null,
    by: 'a person',
    ...parts,
  };
}

/** What every ledger of keys keeps to. */
export function keyLedgerContract(create: () => Promise<KeyLedger>): void {
  describe('a ledger of keys', () => {
    it('gives back what was stored, as the next version, and forgets what is deleted', async () => {
      const ledger = await create();
      expect(await ledger.listKeys()).toEqual([]);
      expect(await ledger.saveKey(aKeyRecord())).toBe(true);
      expect(await ledger.listKeys()).toEqual([aKeyRecord({ version: 1 })]);
      expect(await ledger.saveKey(aKeyRecord({ version: 1, state: 'made', keyId: 'key_1' }))).toBe(true);
      expect(await ledger.listKeys()).toEqual([aKeyRecord({ version: 2, state: 'made', keyId: 'key_1' })]);
      await ledger.deleteKey('1-request');
      await ledger.deleteKey('1-request');
      expect(await ledger.listKeys()).toEqual([]);
    });

    it('takes no write that was decided on another version', async () => {
      const ledger = await create();
      await ledger.saveKey(aKeyRecord());
      expect(await ledger.saveKey(aKeyRecord())).toBe(false);
      expect(await ledger.saveKey(aKeyRecord({ version: 2 }))).toBe(false);
      expect(await ledger.listKeys()).toEqual([aKeyRecord({ version: 1 })]);
    });
  });
}
