import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET_CACHE_MS } from '../../../../lambdas/core/ports/secrets.ts';
import type { SignedEvent } from '../../../../lambdas/shared/contract/operator.ts';
import { observe } from '../../../../lambdas/use-cases/observe/observe.ts';
import { createWebhookReceiver } from '../../../../lambdas/use-cases/receive-webhook.ts';
import { secretOf, signed } from '../../../core/webhook/signing.ts';
import { createInMemoryLedger } from '../../../in-memory/ledger.ts';
import { JOB_EVENT } from '../../../webhook/events.ts';
import { SILENT } from '../../scene.ts';
import { ask, NOW, operatorDeps } from '../ask.ts';
import { type OpenAIScene, startOpenAIScene, WEBHOOK_KEY, WEBHOOK_SECRET } from '../openai-scene.ts';
import { examine } from './examine.ts';

/** The real secret was cut where 30 of its 32 bytes end. */
const CUT = secretOf(WEBHOOK_KEY.subarray(0, 30));
const BEFORE = Buffer.alloc(32, 2);
const HOUR_MS = 3_600_000;

let scene: OpenAIScene;
let ledger: ReturnType<typeof createInMemoryLedger>;
beforeEach(async () => {
  scene = await startOpenAIScene();
  ledger = createInMemoryLedger();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** A delivery goes the whole way: it is verified, queued, and its job looked at. Gives the status it is answered with. */
async function deliver(delivery: Omit<SignedEvent, 'url'>): Promise<number> {
  const { secrets, policy } = operatorDeps(scene.deps);
  const observing = { policy, ledger, jobsOf: () => scene.deps.sourceApi?.('research'), now: () => NOW, log: SILENT };
  const receive = createWebhookReceiver({
    sources: new Map([['research', WEBHOOK_SECRET]]),
    secrets,
    queue: { send: async (request) => void (await observe(observing, request, 1)) },
    log: SILENT,
    now: () => NOW,
  });
  const { headers, body } = delivery;
  const header = (name: string) => headers[`webhook-${name}`] ?? '';
  const message = { id: header('id'), timestamp: header('timestamp'), signature: header('signature') };
  return (await receive({ source: 'research', ...message, body: Buffer.from(body) })).status;
}

/** Of a job that OpenAI does not have, as those of its test events are. */
function fromOpenAI(key: Uint8Array): Omit<SignedEvent, 'url'> {
  const { id, timestamp, signature } = signed(key, JOB_EVENT, NOW / 1_000);
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  return { headers, body: JOB_EVENT };
}

async function look(changedAt: number | null = null) {
  const parts = { ...scene.deps, ledger, secretDates: { changedAt: async () => changedAt } };
  const [finding, ...others] = await examine(parts, 'webhook-secret');
  expect(others).toEqual([]);
  return finding;
}

const UNSHOWN = { state: 'notice', mend: expect.stringContaining('Have OpenAI send a test event') };

describe('whether OpenAI signs with the secret', () => {
  it('is not shown by our own test event, though that is accepted: a secret that was cut would do as well', async () => {
    scene.stored.set(WEBHOOK_SECRET, CUT);
    const request = { command: 'webhook-sign', source: 'research', ageSeconds: 0, badSignature: false } as const;
    const own = { ...request, type: 'fine_tuning.job.succeeded', jobId: 'ftjob-1' };
    expect(await deliver(await ask(operatorDeps(scene.deps), own))).toBe(200);
    expect(await deliver(fromOpenAI(WEBHOOK_KEY))).toBe(401);
    expect(await look()).toMatchObject({
      ...UNSHOWN,
      message: expect.stringMatching(/not shown: none of its deliveries/),
    });
  });

  it('is shown by a delivery of its own, also of its test event', async () => {
    expect(await look()).toMatchObject(UNSHOWN);
    expect(await deliver(fromOpenAI(WEBHOOK_KEY))).toBe(200);
    expect(await look()).toMatchObject({ state: 'good', mend: null });
  });

  it('is not shown by one that the value of before alone verifies', async () => {
    scene.stored.set(WEBHOOK_SECRET, [CUT, secretOf(BEFORE)]);
    expect(await deliver(fromOpenAI(BEFORE))).toBe(200);
    expect(await look()).toMatchObject({
      ...UNSHOWN,
      message: expect.stringMatching(/verified under the value of before alone\.$/),
    });
  });

  it.each([
    ['first', secretOf(WEBHOOK_KEY), 0],
    ['next', [secretOf(WEBHOOK_KEY), secretOf(BEFORE)] as const, SECRET_CACHE_MS],
  ])('is not shown by one that came before the %s value was in use', async (_, stored, margin) => {
    scene.stored.set(WEBHOOK_SECRET, stored);
    await ledger.touchSource('research', { lastWebhookAt: NOW });
    expect(await look(NOW - margin)).toMatchObject({ state: 'good' });
    expect(await look(NOW - margin + 1)).toMatchObject({
      ...UNSHOWN,
      message: expect.stringContaining(`since ${new Date(NOW + 1).toISOString()}, when this value came into use`),
    });
    expect(await look(NOW - HOUR_MS)).toMatchObject({ state: 'good' });
  });

  it('is not known while the ledger cannot be read, and the secret is judged all the same', async () => {
    ledger = { ...ledger, getSources: () => Promise.reject(new Error('away')) };
    expect(await look()).toMatchObject({ ...UNSHOWN, message: expect.stringContaining('the ledger cannot be read') });
    scene.stored.set(WEBHOOK_SECRET, 'whsec_changeme');
    expect(await look()).toMatchObject({ state: 'bad', message: expect.stringContaining('of 6 bytes') });
  });
});
