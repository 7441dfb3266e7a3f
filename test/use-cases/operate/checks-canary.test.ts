import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openAIFor } from '../../../lambdas/operator/openai.ts';
import type { OperatorRequest } from '../../../lambdas/shared/contract/operator.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { secretOf, signBytes, signed } from '../../core/webhook/signing.ts';
import { createInMemorySecrets, type StoredSecret } from '../../in-memory/secrets.ts';
import { JOB_EVENT } from '../../webhook/events.ts';
import { recordLog } from '../scene.ts';
import { MODEL, NOW, operatorDeps } from './ask.ts';

const ADMIN_KEY = 'sk-admin-CANARYadmin0123456789';
const PROJECT_KEY = 'sk-proj-CANARYproject0123456789';
/** A key of a gateway, in none of OpenAI's forms. */
const GATEWAY_KEY = 'gw.CANARYgateway.0123456789';
const webhookKey = Buffer.from('CANARY of the current webhook ..');
const previousKey = Buffer.from('CANARY of the previous webhook .');
const otherKey = Buffer.alloc(32, 9);

const genuine = signed(webhookKey, JOB_EVENT, NOW / 1000);
const changed = Buffer.from(JOB_EVENT.replace('ftjob-1', 'ftjob-2'));

/** What must be in no answer and no log: keys in every form, and the signatures that would be right. */
const SECRETS = [
  'CANARY',
  ...[webhookKey, previousKey].flatMap((key) => [key.toString('base64'), key.toString('hex')]),
  ...[webhookKey, previousKey].map((key) => signBytes(key, genuine.id, genuine.timestamp, changed).slice('v1,'.length)),
];

const delivery = (parts: Partial<typeof genuine>): OperatorRequest => {
  const { body, ...headers } = { ...genuine, ...parts };
  const base64 = Buffer.from(body).toString('base64');
  return { command: 'webhook-verify', source: 'research', ...headers, body: base64, at: null };
};

/** Everything that these commands can be asked. The bodies hold no canary, so that whatever shows one is a leak. */
const REQUESTS: readonly OperatorRequest[] = [
  { command: 'doctor', only: [] },
  { command: 'model-access', checkpoint: MODEL, project: 'research' },
  { command: 'model-access', checkpoint: MODEL, project: 'prod-eu' },
  ...[false, true].map((badSignature) => ({
    command: 'webhook-sign' as const,
    source: 'research',
    type: 'checkpoint_sharing.test',
    jobId: null,
    ageSeconds: 0,
    badSignature,
  })),
  delivery({}),
  delivery({ body: changed }),
  delivery({ body: Buffer.from(`${JOB_EVENT}\n`) }),
  delivery({ signature: signBytes(otherKey, genuine.id, genuine.timestamp, genuine.body) }),
  delivery({ signature: '', id: '', timestamp: '' }),
];

/** An OpenAI that repeats whatever it was sent, the key in its header included. */
async function startEcho(status: number, render: (said: string) => string) {
  const server = createServer((request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(render(`${request.method} ${request.url} ${request.headers.authorization}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** All that comes back and is logged, as text. */
async function allThatIsSaid(baseUrl: string, stored: ReadonlyMap<string, StoredSecret>): Promise<string> {
  const { log, lines } = recordLog();
  const secrets = createInMemorySecrets(new Map(stored));
  const secretIds = {
    adminKey: 'arn:admin',
    projectKeys: new Map([['research', 'arn:project']]),
    webhookSecrets: new Map([['research', 'arn:webhook']]),
  };
  const policy = { ...aPolicy(), openai: { ...aPolicy().openai, baseUrl } };
  const deps = operatorDeps({ policy, log, secrets, secretIds, ...openAIFor(baseUrl, secrets, secretIds) });
  const answers = [];
  for (const request of REQUESTS) answers.push(await createOperator(deps)(request, 'request-1'));
  const withErrors = (_: string, value: unknown) =>
    value instanceof Error ? { ...value, message: value.message, stack: value.stack, cause: value.cause } : value;
  return JSON.stringify([answers, lines], withErrors);
}

const RIGHT: readonly (readonly [string, StoredSecret])[] = [
  ['arn:admin', ADMIN_KEY],
  ['arn:project', PROJECT_KEY],
  ['arn:webhook', [secretOf(webhookKey), secretOf(previousKey)]],
];
const inPlaceOf = (arn: string, value: StoredSecret) => new Map([...RIGHT, [arn, value] as const]);

const VALUES: readonly (readonly [string, ReadonlyMap<string, StoredSecret>])[] = [
  ['all in place', new Map(RIGHT)],
  ['the webhook secret in place of the admin key', inPlaceOf('arn:admin', secretOf(webhookKey))],
  ['a project key in place of the admin key', inPlaceOf('arn:admin', PROJECT_KEY)],
  ['JSON around the admin key', inPlaceOf('arn:admin', `{"key":"${ADMIN_KEY}"}`)],
  ['the admin key in place of a project key', inPlaceOf('arn:project', ADMIN_KEY)],
  ['keys of a gateway', new Map([...inPlaceOf('arn:admin', GATEWAY_KEY), ['arn:project', GATEWAY_KEY]])],
  ['an API key in place of the webhook secret', inPlaceOf('arn:webhook', PROJECT_KEY)],
  ['half a webhook secret', inPlaceOf('arn:webhook', `${secretOf(webhookKey).slice(0, -3)} CANARY`)],
];

const ANSWERS: readonly (readonly [string, number, (said: string) => string])[] = [
  ['a 401', 401, (said) => JSON.stringify({ error: { message: `Incorrect API key provided: ${said}` } })],
  ['a 403', 403, (said) => JSON.stringify({ error: { message: `Missing scopes: ${said}` } })],
  ['a 404', 404, (said) => JSON.stringify({ error: { message: `Not found: ${said}` } })],
  ['a 429', 429, (said) => JSON.stringify({ error: { message: `Slow down: ${said}` } })],
  ['a 500', 500, (said) => said],
  ['a 200 of another form', 200, (said) => JSON.stringify({ data: said })],
];

describe('neither keys nor signatures are in any answer or log', () => {
  describe.each(VALUES)('with %s', (_, stored) => {
    it.each(ANSWERS)('and OpenAI repeating them in %s', async (_name, status, render) => {
      await using openai = await startEcho(status, render);
      const said = await allThatIsSaid(openai.url, stored);
      expect(said).toContain('admin-key');
      expect(SECRETS.filter((secret) => said.includes(secret))).toEqual([]);
    });
  });
});
