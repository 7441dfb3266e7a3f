import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { JOB_ENDED } from '../../../lambdas/core/webhook/event.ts';
import { createWebhookSecret } from '../../fake-openai/webhook.ts';
import { PROJECT_KEY, STACK, WEBHOOK_SECRET, WEBHOOK_URL } from './keys-scene.ts';
import { type SourcesScene, startSourcesScene, URL_OF_RESEARCH } from './sources-scene.ts';

const ELSEWHERE = 'https://api.example.com/elsewhere';

let scene: SourcesScene;
beforeEach(async () => {
  scene = await startSourcesScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const byHand = (parts: object = {}) =>
  scene.fake.addWebhookEndpoint('proj_RESEARCH', { url: URL_OF_RESEARCH, ...parts });
const notes = async () => {
  const { items } = await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 20 });
  return items.map(({ act, note }) => `${act}: ${note}`);
};
const refusal = async (request: object, others: object = {}) => {
  const answer = await scene.request(request as never, others);
  return answer.ok ? null : `${answer.error.message} ${answer.error.next}`;
};
const CONNECT = { command: 'connect-source', source: 'research' } as const;

describe('connecting a source', () => {
  it('makes the endpoint, stores its secret, and OpenAI delivers what verifies', async () => {
    const connected = await scene.connect();
    const [endpoint] = scene.endpoints();
    expect(connected).toEqual({
      source: 'research',
      webhookEndpointId: endpoint?.id,
      url: URL_OF_RESEARCH,
      eventTypes: [...JOB_ENDED],
      keyless: false,
      changed: true,
      verified: false,
    });
    expect(endpoint).toMatchObject({ name: `Checkpoint Sharing ${STACK}/research`, url: URL_OF_RESEARCH });
    expect(scene.secret()).toBe(endpoint?.secrets[0]?.value);
    expect(await scene.delivered()).toEqual([200]);
    expect(await notes()).toEqual([`source-connected: research: webhook endpoint ${endpoint?.id} made`]);
  });

  it('tells of no secret', async () => {
    const told = [await scene.connect(), await scene.test(), await scene.connect(), await notes(), scene.logged];
    expect(JSON.stringify(told)).not.toContain(scene.secret().slice(-8));
  });

  it('changes nothing when it is asked for again', async () => {
    await scene.connect();
    expect(await scene.test()).toMatchObject({ verifiedAt: expect.any(String), failure: null });
    const [before, changes] = [scene.secret(), scene.changes()];
    expect(await scene.connect()).toMatchObject({ changed: false, verified: true });
    expect([scene.secret(), scene.changes()]).toEqual([before, changes]);
    expect(await notes()).toHaveLength(1);
  });

  it('takes an endpoint that somebody has made, with the secret that was stored', async () => {
    const { secrets } = byHand({ name: 'by hand' });
    await scene.store.put(WEBHOOK_SECRET, `${createWebhookSecret()} ${secrets[0]?.value}`);
    expect(await scene.connect()).toMatchObject({ changed: false, verified: false });
    expect(scene.changes()).toEqual([]);
  });

  it('adds the events that an endpoint lacks, and takes none away', async () => {
    const { secrets } = byHand({ eventTypes: ['batch.completed', JOB_ENDED[1]] });
    await scene.store.put(WEBHOOK_SECRET, secrets[0]?.value ?? '');
    const { eventTypes } = await scene.connect();
    expect(eventTypes.toSorted()).toEqual(['batch.completed', ...JOB_ENDED].toSorted());
    expect(scene.endpoints()[0]?.eventTypes).toEqual(eventTypes);
    expect(scene.changes()).toEqual(['webhook_endpoints.update']);
    expect(await notes()).toEqual([expect.stringContaining('told of batch.completed, ')]);
  });

  it.each([
    ['nothing', () => ''],
    ['a secret of an endpoint that is gone', createWebhookSecret],
    ['what is no secret', () => 'whsec_changeme'],
  ])('gets another secret where ours holds %s, and the old one verifies beside it', async (_, held) => {
    const { secrets } = byHand();
    if (held() !== '') await scene.store.put(WEBHOOK_SECRET, held());
    expect(await scene.connect()).toMatchObject({ changed: true });
    const [endpoint] = scene.endpoints();
    expect(endpoint?.secrets.map(({ value }) => value)).toEqual([scene.secret(), secrets[0]?.value]);
    expect(await scene.delivered()).toEqual([200]);
  });

  it('keeps a secret of another endpoint that is in use, and drops one that is not', async () => {
    const other = scene.fake.addWebhookEndpoint('proj_RESEARCH', { url: ELSEWHERE }).secrets[0]?.value ?? '';
    await scene.store.put(WEBHOOK_SECRET, `${createWebhookSecret()}\n${other}`);
    await scene.connect();
    const ours = scene.endpoints().find(({ url }) => url === URL_OF_RESEARCH);
    expect(scene.secret().split('\n')).toEqual([ours?.secrets[0]?.value, other]);
  });

  it('keeps whatever is in a secret that other sources verify with, too', async () => {
    const held = createWebhookSecret();
    await scene.store.put(WEBHOOK_SECRET, held);
    const webhookSecrets = new Map([
      ['research', WEBHOOK_SECRET],
      ['lab', WEBHOOK_SECRET],
    ]);
    await scene.connect({ secretIds: { ...scene.deps.secretIds, webhookSecrets } });
    expect(scene.secret().split('\n')).toContain(held);
  });

  it.each([`${URL_OF_RESEARCH}/`, `${WEBHOOK_URL}/lab`, ELSEWHERE])(
    'leaves one that points to %s alone',
    async (url) => {
      const other = structuredClone(byHand({ url }));
      await scene.connect();
      expect(scene.endpoints()).toHaveLength(2);
      expect(scene.endpoints()).toContainEqual(other);
    },
  );

  it('deletes a double of ours, and keeps the one that works', async () => {
    await scene.connect();
    const [works] = scene.endpoints();
    scene.advance(1_000);
    byHand({ name: `Checkpoint Sharing ${STACK}/research` });
    byHand({ name: 'by hand' });
    await scene.connect();
    expect(scene.endpoints().map(({ name }) => name)).toEqual(['by hand', works?.name]);
    expect(scene.endpoints()[1]).toEqual(works);
  });

  it('ends with one endpoint also where two people have asked at once', async () => {
    const answers = await Promise.all([scene.request(CONNECT), scene.request(CONNECT)]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
    expect(scene.endpoints()).toHaveLength(1);
    scene.advance(1_000);
    expect(await scene.connect()).toMatchObject({ changed: false });
    expect(scene.endpoints()).toHaveLength(1);
    expect(await scene.delivered()).toEqual([200]);
  });

  it('says what is wrong where the project key is missing or may not, and does nothing', async () => {
    scene.stored.set(PROJECT_KEY, '');
    expect(await refusal(CONNECT)).toMatch(/project key of research cannot be used: .*is empty\. Put a working key/);
    scene.stored.set(PROJECT_KEY, scene.fake.addProjectKey('proj_RESEARCH', { scopes: ['api.model.read'] }).value);
    expect(await refusal(CONNECT)).toMatch(/may not do this: .*Give the project key of research the scope/);
    const none = { endpointsOf: () => undefined };
    expect(await refusal(CONNECT, none)).toContain('told of no project key for research');
    expect(await refusal({ ...CONNECT, source: 'prod-eu' })).toContain('There is no source "prod-eu"');
    expect(scene.endpoints()).toEqual([]);
  });

  it('is made up for where the secret could not be written', async () => {
    scene.store.failNext(new SecretUnusableError(WEBHOOK_SECRET, 'may not be written'));
    expect(await refusal(CONNECT)).toMatch(/webhook secret of research cannot be used: .*may not be written/);
    expect(scene.secret()).toBe('');
    await scene.connect();
    expect(await scene.delivered()).toEqual([200]);
  });
});

describe('a test of a source', () => {
  it('is seen when it has verified, and not before', async () => {
    await scene.connect();
    scene.fake.quirks.endpointTest = 'later';
    const { askedAt, ...sent } = await scene.test();
    expect(sent).toEqual({ verifiedAt: null, failure: null });
    expect(await scene.test(askedAt)).toMatchObject({ askedAt, verifiedAt: null });
    scene.advance(2_000);
    await scene.fake.deliverLate();
    expect(await scene.test(askedAt)).toMatchObject({ verifiedAt: new Date(scene.deps.now()).toISOString() });
  });

  it.each(['refused', 'told'] as const)('that is not taken says so, be it %s', async (failedEndpointTest) => {
    scene.fake.quirks.failedEndpointTest = failedEndpointTest;
    byHand();
    await scene.store.put(WEBHOOK_SECRET, createWebhookSecret());
    expect(await scene.test()).toMatchObject({ verifiedAt: null, failure: expect.stringMatching(/not taken: .*401/) });
  });

  it('shows nothing where only the value before the present one verifies', async () => {
    await scene.connect();
    await scene.store.put(WEBHOOK_SECRET, createWebhookSecret());
    expect(await scene.test()).toMatchObject({ verifiedAt: null, failure: null });
  });

  it('takes an endpoint', async () => {
    expect(await refusal({ command: 'test-source', source: 'research' })).toContain('ckpt sources connect research');
  });
});

describe('disconnecting a source', () => {
  it('deletes the endpoint and leaves the secret, and others, alone', async () => {
    byHand({ url: ELSEWHERE });
    const { webhookEndpointId } = await scene.connect();
    const secret = scene.secret();
    const gone = { source: 'research', url: URL_OF_RESEARCH, keyless: false };
    expect(await scene.disconnect()).toEqual({ ...gone, webhookEndpointId, eventTypes: [...JOB_ENDED], changed: true });
    expect(scene.endpoints().map(({ url }) => url)).toEqual([ELSEWHERE]);
    expect(scene.secret()).toBe(secret);
    expect((await notes())[0]).toBe(
      `source-disconnected: research: webhook endpoint ${webhookEndpointId} is to be deleted`,
    );
    expect(await scene.disconnect()).toEqual({ ...gone, webhookEndpointId: null, eventTypes: [], changed: false });
  });

  it('and connecting it again needs nobody', async () => {
    await scene.connect();
    await scene.disconnect();
    await scene.connect();
    expect(await scene.delivered()).toEqual([200]);
  });
});
