import { expect, it } from 'vitest';
import { type KeyRecord, type ListedKey, lostKey } from '../../../lambdas/core/keys/key-record.ts';

const NOTED_AT = Date.parse('2026-11-20T12:00:00.000Z');
const MINUTE_MS = 60_000;
const LOST: KeyRecord = {
  id: 'record',
  version: 1,
  kind: 'project',
  name: 'ci',
  projectId: 'proj_A',
  serviceAccountId: 'user-Ours',
  secretId: 'arn:secret',
  scopes: null,
  state: 'making',
  keyId: null,
  sameName: ['key_before'],
  notedAt: NOTED_AT,
  expiresAt: null,
  deleteAt: null,
  by: null,
};
const OURS: ListedKey = {
  id: 'key_1',
  name: 'ci',
  createdAt: NOTED_AT + 20_000,
  lastUsedAt: null,
  owner: { type: 'service_account', id: 'user-Ours', name: 'ours' },
};
const lostAmong = (key: Partial<ListedKey>, record: Partial<KeyRecord> = {}, known: readonly string[] = []) =>
  lostKey({ ...LOST, ...record }, [{ ...OURS, ...key }], new Set(known));

it('the key whose answer was lost is found by its name, owner and time', () => {
  expect(lostAmong({})).toMatchObject({ id: 'key_1' });
  expect(lostAmong({ owner: { type: 'service_account', id: null, name: null } })).toMatchObject({ id: 'key_1' });
  expect(lostAmong({ lastUsedAt: OURS.createdAt })).toMatchObject({ id: 'key_1' });
  const admin = { kind: 'admin', projectId: null, serviceAccountId: null } as const;
  expect(lostAmong({ owner: { type: 'user', id: 'user-Owner', name: null } }, admin)).toMatchObject({ id: 'key_1' });
});

it.each<readonly [string, Partial<ListedKey>]>([
  ['of another name', { name: 'CI' }],
  ['of a person', { owner: { type: 'user', id: 'user-Jane', name: 'Jane' } }],
  ['of a person whom OpenAI does not name', { owner: { type: 'user', id: null, name: null } }],
  ['of another service account', { owner: { type: 'service_account', id: 'user-Other', name: 'ours' } }],
  ['that has been used, for which somebody has its value', { lastUsedAt: OURS.createdAt + 5_000 }],
  ['that is older', { createdAt: NOTED_AT - 2 * MINUTE_MS }],
  ['that was made when nobody asked for ours any more', { createdAt: NOTED_AT + 7 * MINUTE_MS }],
  ['that was there before', { id: 'key_before' }],
])('a key %s is not taken for it', (_, key) => {
  expect(lostAmong(key)).toBeNull();
});

it('a key that another record knows is not taken for it', () => {
  expect(lostAmong({}, {}, ['key_1'])).toBeNull();
});

it('of two that fit nobody can tell', () => {
  expect(lostKey(LOST, [OURS, { ...OURS, id: 'key_2' }], new Set())).toBe('several');
});

it('a key whose id is known is found by that alone, however OpenAI writes its name', () => {
  const made = { name: 'ci (2)', createdAt: NOTED_AT - 5 * MINUTE_MS };
  expect(lostAmong(made, { keyId: 'key_1' })).toMatchObject({ id: 'key_1' });
  expect(lostAmong({}, { keyId: 'key_2' })).toBeNull();
});
