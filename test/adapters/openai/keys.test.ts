import { describe, expect, it } from 'vitest';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import { failureOf, testClient } from './client.ts';
import { apiError, json, type Step, scriptedServer } from './scripted-server.ts';

async function ask<Answer>(step: Step, call: (api: ReturnType<typeof createKeysApi>) => Promise<Answer>) {
  await using server = await scriptedServer(step);
  await using client = testClient(server.origin);
  return await call(createKeysApi(client.http));
}

const KEY = { id: 'key_1', name: 'ci', redacted_value: 'sk-admin...def', created_at: 1_700_000_000 };

describe('a list of keys', () => {
  it('shows them all, also where OpenAI tells less of one of them', async () => {
    const odd = [
      { ...KEY, id: 'key_2', name: null, redacted_value: null, owner: null },
      { id: 'key_3', created_at: 1_700_000_000, owner: { type: 'service_account' } },
    ];
    const { items } = await ask(json({ data: [KEY, ...odd], has_more: false }), (api) => api.listAdminKeys(null));
    expect(items.map(({ id, redactedValue }) => [id, redactedValue])).toEqual([
      ['key_1', 'sk-admin...def'],
      ['key_2', ''],
      ['key_3', ''],
    ]);
  });

  it('is no list where a key has no id', async () => {
    const page = { data: [KEY, { ...KEY, id: '../key' }], has_more: false };
    const failure = await failureOf(ask(json(page), (api) => api.listProjectKeys('proj_1', null)));
    expect(failure).toMatchObject({ name: 'UnavailableError' });
  });
});

describe('a key', () => {
  it.each([
    ['that it is', json({ id: 'key_1', deleted: true }), 'deleted'],
    ['that there is none', apiError(404, 'No such key'), 'absent'],
  ])('is gone where OpenAI says %s', async (_, step, found) => {
    expect(await ask(step, (api) => api.deleteAdminKey('key_1'))).toBe(found);
  });

  it.each([
    ['that it is not', json({ id: 'key_1', deleted: false })],
    ['that another one is', json({ id: 'key_2', deleted: true })],
    ['nothing of it', json({})],
  ])('may be there still where OpenAI says %s', async (_, step) => {
    const failure = await failureOf(ask(step, (api) => api.deleteProjectKey('proj_1', 'key_1')));
    expect(failure).toMatchObject({ name: 'UncertainError' });
  });
});
