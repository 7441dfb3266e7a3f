import { describe, expect, it } from 'vitest';
import { createModelApi } from '../../../lambdas/adapters/openai/source-apis.ts';
import { failureOf, testClient } from './client.ts';
import { json, type Step, scriptedServer } from './scripted-server.ts';

const MODEL = {
  id: 'gpt-4o-mini-2024-07-18',
  object: 'model',
  created: 1_721_172_717,
  owned_by: 'system',
  shutdown_date: '2027-01-14',
};

async function api(...script: Step[]) {
  const server = await scriptedServer(...script);
  const client = testClient(server.origin);
  return {
    ...createModelApi(client.http),
    seen: server.seen,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('getModel', () => {
  it('reads when a model shuts down', async () => {
    await using openai = await api(json(MODEL));
    expect(await openai.getModel(MODEL.id)).toEqual({ shutdownDate: '2027-01-14' });
    expect(openai.seen).toMatchObject([{ method: 'GET', url: '/v1/models/gpt-4o-mini-2024-07-18' }]);
  });

  it('leaves the colons of a checkpoint as they are, and escapes the rest', async () => {
    await using openai = await api(json(MODEL));
    await openai.getModel('ft:gpt-4o:org-xyz:a?b#c:Abc:ckpt-step-5');
    expect(openai.seen).toMatchObject([{ url: '/v1/models/ft:gpt-4o:org-xyz:a%3Fb%23c:Abc:ckpt-step-5' }]);
  });

  it.each([[null], [undefined]])('takes %s for no date', async (shutdown_date) => {
    await using openai = await api(json({ ...MODEL, shutdown_date }));
    expect(await openai.getModel(MODEL.id)).toEqual({ shutdownDate: null });
  });

  it.each([['soon'], ['2027-02-30'], ['2027-01-14T00:00:00Z'], [1_800_000_000]])(
    'does not take %j for a date',
    async (shutdown_date) => {
      await using openai = await api(json({ ...MODEL, shutdown_date }));
      expect(await failureOf(openai.getModel(MODEL.id))).toMatchObject({ name: 'UnavailableError' });
    },
  );

  it.each(['', '..', '.hidden', 'a/b', 'a b', 'a\ud800'])('refuses %j before any call', async (id) => {
    await using openai = await api();
    expect(await failureOf(openai.getModel(id))).toMatchObject({ name: 'RefusedError' });
    expect(openai.seen).toEqual([]);
  });
});
