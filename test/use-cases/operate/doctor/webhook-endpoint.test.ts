import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebhookEndpoint } from '../../../../lambdas/core/ports/openai.ts';
import { openAIFor } from '../../../../lambdas/operator/openai.ts';
import { judge } from '../../../../lambdas/use-cases/operate/doctor/webhook-endpoint.ts';
import { secretOf } from '../../../core/webhook/signing.ts';
import { startFakeOpenAI } from '../../../fake-openai/fake-openai.ts';
import { createInMemoryLedger } from '../../../in-memory/ledger.ts';
import { createInMemorySecrets } from '../../../in-memory/secrets.ts';
import { ask as askOperator, operatorDeps } from '../ask.ts';
import {
  type OpenAIScene,
  PROJECT_KEY,
  startOpenAIScene,
  WEBHOOK_KEY,
  WEBHOOK_SECRET,
  WEBHOOK_URL,
} from '../openai-scene.ts';
import { examine } from './examine.ts';

const URL_OF_RESEARCH = `${WEBHOOK_URL}/research`;
const ALL = ['fine_tuning.job.succeeded', 'fine_tuning.job.failed', 'fine_tuning.job.cancelled'];

const endpoint = (url: string, eventTypes: readonly string[] = ALL): WebhookEndpoint => {
  return { id: 'whe_1', name: 'Checkpoint sharing', url, eventTypes };
};
const judged = (...endpoints: readonly WebhookEndpoint[]) => judge(endpoints, URL_OF_RESEARCH, 'research');

describe('the webhook endpoint of a source', () => {
  it('is good when it is told of all ends of jobs, and of more', () => {
    expect(
      judged(endpoint('https://elsewhere.example/hook'), endpoint(URL_OF_RESEARCH, [...ALL, 'batch.completed'])),
    ).toEqual(expect.objectContaining({ state: 'good', mend: null }));
  });

  it('is bad when it is not told of some of them, and the one that is told of most counts', () => {
    const found = judged(endpoint(URL_OF_RESEARCH, []), endpoint(URL_OF_RESEARCH, ALL.slice(1)));
    expect(found).toMatchObject({
      state: 'bad',
      message: `The webhook endpoint ${URL_OF_RESEARCH} is not told of fine_tuning.job.succeeded.`,
      mend: expect.stringContaining('Add this event'),
    });
  });

  it('is bad when there is none, and the exact URL and events to add are named', () => {
    expect(judged()).toMatchObject({
      state: 'bad',
      message: `The project of research has no webhook endpoint ${URL_OF_RESEARCH} at OpenAI.`,
      mend: expect.stringMatching(
        /^Add a webhook endpoint .*: https:\/\/abc123\.execute-api\.eu-west-1\.amazonaws\.com\/webhooks\/research with the events fine_tuning\.job\.succeeded, /,
      ),
    });
    expect(judged(endpoint('https://elsewhere.example/hook')).message).not.toContain('elsewhere');
  });

  it.each([
    [`${URL_OF_RESEARCH}/`, 'it has a slash too many at its end'],
    [`${URL_OF_RESEARCH}?token=CANARY`, 'something follows its path'],
    [`${WEBHOOK_URL}/lab`, 'it ends in lab, which is another source, instead of research'],
    [WEBHOOK_URL, 'the alias of the source is missing at its end'],
    [`${WEBHOOK_URL}/Research`, 'it is written with capital letters'],
    [URL_OF_RESEARCH.replace('https:', 'http:'), 'it begins with http:// instead of https://'],
    [URL_OF_RESEARCH.replace('/webhooks/', '/hooks/'), 'it has another path'],
    [URL_OF_RESEARCH.replace('abc123', 'old456'), 'it is that of another stack, or of an earlier one'],
  ])('that nearly is the right one, %s, is named', (url, miss) => {
    expect(judged(endpoint('https://elsewhere.example/hook'), endpoint(url))).toMatchObject({
      state: 'bad',
      message: expect.stringContaining(`There is ${url.replace(/\?.*/, '')}, though: ${miss}.`),
      mend: expect.stringContaining('Change the URL of that one'),
    });
  });

  it('may be a gateway in front of the stack', () => {
    const found = judged(endpoint('https://user:CANARY@hooks.example.com/openai/research?token=CANARY'));
    expect(found).toMatchObject({
      state: 'notice',
      mend: expect.stringContaining('--url https://hooks.example.com/openai/research'),
    });
    expect(JSON.stringify(found)).not.toContain('CANARY');
  });
});

describe('the webhook endpoints at OpenAI', () => {
  let scene: OpenAIScene;
  beforeEach(async () => {
    scene = await startOpenAIScene();
  });
  afterEach(() => scene[Symbol.asyncDispose]());

  it('are read with the project key of the source', async () => {
    expect(await examine(scene.deps, 'webhook-endpoint')).toMatchObject([{ state: 'good' }]);
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'webhook_endpoints.list': 1 });
  });

  it('that the key may not read are to be looked at by a person', async () => {
    const scopes = ['api.fine_tuning.jobs.read'];
    scene.stored.set(PROJECT_KEY, scene.fake.addProjectKey('proj_RESEARCH', { scopes }).value);
    const [found] = await examine(scene.deps, 'webhook-endpoint');
    expect(found).toMatchObject({ state: 'notice', mend: expect.stringContaining(URL_OF_RESEARCH) });
    expect(found?.message).toMatch(/could not be read: the project key does not read them \(.*Missing scopes/);
  });

  it('are bad where OpenAI signs with a secret that ours is not', async () => {
    scene.stored.set(WEBHOOK_SECRET, secretOf(Buffer.alloc(32, 9)));
    const [found] = await examine(scene.deps, 'webhook-endpoint');
    expect(found).toMatchObject({
      state: 'bad',
      message: `OpenAI signs what it delivers to ${URL_OF_RESEARCH} with a secret that the secret ${WEBHOOK_SECRET} does not hold.`,
      mend: expect.stringContaining('"ckpt sources connect research"'),
    });
    expect(JSON.stringify(found)).not.toContain(secretOf(WEBHOOK_KEY).slice(-5));
  });

  it('are to be mended in time where deliveries verify by a secret that was rotated at OpenAI', async () => {
    scene.stored.set(WEBHOOK_SECRET, secretOf(Buffer.alloc(32, 9)));
    const ledger = createInMemoryLedger();
    await ledger.touchSource('research', { lastWebhookAt: Date.now() + 60_000 });
    expect(await examine({ ...scene.deps, ledger }, 'webhook-endpoint')).toMatchObject([
      { state: 'notice', message: expect.stringContaining('for 24 hours'), mend: expect.stringContaining('connect') },
    ]);
  });

  it('are told of by status only where they are asked for, and where something is wrong', async () => {
    const ask = async (endpoints: boolean) => {
      const { sources } = await askOperator(operatorDeps(scene.deps), { command: 'status', endpoints });
      return sources.map(({ webhookEndpoint }) => webhookEndpoint);
    };
    expect([await ask(true), await ask(false)]).toEqual([[null], [null]]);
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'webhook_endpoints.list': 1 });
    scene.stored.set(WEBHOOK_SECRET, secretOf(Buffer.alloc(32, 9)));
    expect(await ask(true)).toEqual([expect.stringMatching(/does not hold\. "ckpt sources connect research"/)]);
    scene.stored.delete(PROJECT_KEY);
    expect(await ask(true)).toEqual([null]);
  });

  it.each([
    ['deleted', {}, /has no webhook endpoint .*ckpt sources connect research/],
    ['pointing elsewhere', { url: `${WEBHOOK_URL}/lab` }, /which is another source.*ckpt sources connect research/],
    [
      'lacking an event',
      { url: URL_OF_RESEARCH, eventTypes: ALL.slice(1) },
      /not told of.*ckpt sources connect research/,
    ],
  ])(
    'are found by status, too, when %s',
    async (_, { url, ...parts }: { url?: string; eventTypes?: readonly string[] }, said) => {
      const fake = await startFakeOpenAI();
      const { apiKey } = fake.addProject({ id: 'proj_RESEARCH' });
      if (url !== undefined) fake.addWebhookEndpoint('proj_RESEARCH', { url, ...parts });
      const secrets = createInMemorySecrets(new Map([[PROJECT_KEY, apiKey]]));
      const openai = openAIFor(fake.url, secrets, scene.deps.secretIds ?? operatorDeps().secretIds);
      const deps = operatorDeps({ ...scene.deps, secrets, ...openai });
      const { sources } = await askOperator(deps, { command: 'status', endpoints: true });
      expect(sources).toMatchObject([{ webhookEndpoint: expect.stringMatching(said) }]);
      await fake.close();
    },
  );

  it('that there is no key for are, too', async () => {
    scene.stored.delete(PROJECT_KEY);
    expect(await examine(scene.deps, 'webhook-endpoint')).toMatchObject([{ state: 'notice' }]);
    expect(await examine({ ...scene.deps, sourceApi: () => undefined }, 'webhook-endpoint')).toMatchObject([
      { state: 'notice', message: expect.stringContaining('there is no project key to ask with') },
    ]);
  });
});
