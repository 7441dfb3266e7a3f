import { describe, expect, it } from 'vitest';
import type { OpenAIHttp } from '../../../lambdas/adapters/openai/http.ts';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import { createWebhookEndpointManagementApi } from '../../../lambdas/adapters/openai/webhook-endpoint-management.ts';
import { OpenAIError } from '../../../lambdas/core/errors.ts';
import { failureOf, testClient, written } from './client.ts';
import { apiError, json, reset, type Step, scriptedServer, text } from './scripted-server.ts';

// A value that OpenAI shows once comes in good answers, where no error has looked for one before.

const KEY = 'sk-svcacct-CANARYcanary0123456789012345';
const SECRET = `whsec_CANARY${'canary0123456789'.repeat(2)}=`;

const CALLS: readonly [string, (http: OpenAIHttp) => Promise<unknown>][] = [
  ['an admin key is made', (http) => createKeysApi(http).createAdminKey({ name: 'n', expiresInSeconds: null })],
  ['an account is made', (http) => createKeysApi(http).createServiceAccount('proj_1', 'n')],
  [
    "an account's key is made",
    (http) =>
      createKeysApi(http).createProjectKey('proj_1', 'user-1', { name: 'n', scopes: null, expiresInSeconds: 1 }),
  ],
  [
    'a key is changed',
    (http) => createKeysApi(http).updateProjectKey('proj_1', 'key_1', { scopes: null, expiresInSeconds: 1 }),
  ],
  [
    'an endpoint is made',
    (http) => createWebhookEndpointManagementApi(http).create({ name: 'n', url: 'https://x', eventTypes: ['x'] }),
  ],
  [
    'a secret is rotated',
    (http) => createWebhookEndpointManagementApi(http).rotateSecret('whe_1', { keepOldFor24Hours: true }),
  ],
];

const values = { value: KEY, signing_secret: SECRET, api_key: { value: KEY }, redacted_value: KEY };

const FAILURES: readonly [string, Step][] = [
  ['a good answer of another form', json({ ...values, id: 7 })],
  [
    'a good answer whose values are glued together',
    json({ ...values, value: `${KEY} ${KEY}`, signing_secret: `${SECRET}.` }),
  ],
  ['a good answer that has it for a name', json({ [KEY]: KEY, [SECRET]: SECRET })],
  ['malformed JSON', text(`{"id":"key_1","value":"${KEY}","signing_secret":"${SECRET}"`)],
  ['an error that repeats it', apiError(400, `Not ${KEY}, nor ${SECRET}`)],
  ['a page that repeats it', text(`<p>${KEY} ${SECRET}`, 502)],
  ['a reset', reset],
];

describe.each(CALLS)('no value is in an error where %s', (_, call) => {
  it.each(FAILURES)('%s', async (_, step) => {
    await using server = await scriptedServer(step);
    await using client = testClient(server.origin, { key: async () => 'sk-admin-other0123456789012345' });
    const failure = await failureOf(call(client.http));
    expect(failure).toBeInstanceOf(OpenAIError);
    expect(written(failure)).not.toContain('CANARY');
  });
});
