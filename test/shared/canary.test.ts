import { afterEach, describe, expect, it, vi } from 'vitest';
import { withAdminKey } from '../../lambdas/adapters/openai/admin-key.ts';
import { createDispatcher } from '../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../lambdas/adapters/openai/http.ts';
import { createPermissionApi } from '../../lambdas/adapters/openai/permissions.ts';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { wire as wireObserve } from '../../lambdas/observe/wire.ts';
import { wire as wireReconcile } from '../../lambdas/reconcile/wire.ts';
import { asLog, createLogger } from '../../lambdas/shared/runtime/serve.ts';
import { runBatch } from '../../lambdas/shared/runtime/sqs-batch.ts';
import { publishedEvents } from '../../lambdas/use-cases/publish/published.ts';
import { drain } from '../../lambdas/use-cases/share/drain.ts';
import { aPolicy } from '../core/policy/builders.ts';
import { createScene } from '../use-cases/scene.ts';
import { startAccount } from './aws-account.ts';
import { ECHOES, startEcho } from './echo-openai.ts';
import { listen } from './listen.ts';
import { failuresIn, sqsEvent, sqsRecord } from './sqs-events.ts';

/** One that OpenAI's keys look like, and one that only this system knows to be a key. */
const KEYS = { project: 'sk-proj-CANARYproject', admin: 'CANARY.admin.of-a-gateway' };

afterEach(() => {
  vi.restoreAllMocks();
});

async function observeAndReconcile(baseUrl: string, note: (error: unknown) => void, jobId: string) {
  const policy: Policy = { ...aPolicy(), openai: { ...aPolicy().openai, baseUrl } };
  const aws = await startAccount({ 'arn:research': KEYS.project });
  try {
    const settings = {
      ledgerTable: 'ledger',
      queueUrl: aws.queueUrl,
      shareFunction: 'share',
      projectKeys: new Map([['research', 'arn:research']]),
    };
    const batch = wireObserve(settings, policy, asLog(createLogger('observe')));
    const message = sqsRecord('m-1', { source: 'research', jobId });
    const answer = await runBatch(sqsEvent(message), batch, () => 60_000);
    await wireReconcile(settings, policy, asLog(createLogger('reconcile')))(null, 300_000).catch(note);
    return { failed: failuresIn(answer), stored: JSON.stringify(aws.calls.map(({ body }) => body)) };
  } finally {
    await aws.close();
  }
}

/** Drains one checkpoint's work against OpenAI at this URL; null: against one that does it. */
async function shareAt(url: string | null, note: (error: unknown) => void) {
  const scene = await createScene();
  scene.fake.addAdminKey({ value: KEYS.admin });
  const baseUrl = url ?? scene.fake.url;
  const dispatcher = createDispatcher();
  try {
    await scene.observe(scene.addJob(1).id);
    const admin = withAdminKey({ current: async () => KEYS.admin }, 'arn:admin', (key) =>
      createHttp({ baseUrl, key, dispatcher, clock: Date.now, deadlineMs: 2_000 }),
    );
    const api = createPermissionApi(admin.http);
    const deps = {
      ...scene.deps({
        api: {
          create: (...call) => scene.time.busy(api.create(...call)),
          list: (...call) => scene.time.busy(api.list(...call)),
          delete: (...call) => scene.time.busy(api.delete(...call)),
        },
      }),
      log: asLog(createLogger('share')),
      refreshKey: admin.refresh,
    };
    await drain(deps, 'me', scene.time.now() + 10 * 60_000).catch(note);
    const { items } = await scene.ledger.unpublishedEvents(null);
    const published = items.flatMap((event) => publishedEvents(event, scene.policy, 'Sharing'));
    return { rows: JSON.stringify([await scene.ledger.listCheckpoints(null), items, published]), published };
  } finally {
    await scene.close();
    await dispatcher.destroy();
  }
}

describe('no key is in a log line, an error, the ledger or an event for others', () => {
  it.each(ECHOES)('when OpenAI answers with %s', async (name, echo) => {
    const openai = await startEcho(echo);
    const { note, written } = listen();
    const { failed, stored } = await observeAndReconcile(openai.baseUrl, note, 'ftjob-1');
    const { rows } = await shareAt(openai.baseUrl, note);
    vi.restoreAllMocks();
    await openai.close();

    expect(failed).toEqual(['m-1']);
    expect(openai.keys).toEqual(new Set(Object.values(KEYS)));
    expect(written()).toContain('"message":"Job could not be read"');
    expect(written()).toContain('"message":"Source not swept"');
    expect(written()).toMatch(/"message":"(Checkpoint not shared|Permissions not listed)"/);
    // OpenAI's words are passed on: there was something to take out.
    if (/^a \d/.test(name)) expect(written()).toContain('Refused: Bearer [redacted]');
    expect(written() + stored + rows).not.toContain('CANARY');
  });

  it('when all goes well', async () => {
    const scene = await createScene();
    scene.fake.addProjectKey('proj_RESEARCH', { value: KEYS.project });
    const job = scene.addJob(2);
    const { note, written } = listen();
    const { failed, stored } = await observeAndReconcile(scene.fake.url, note, job.id);
    const { rows, published } = await shareAt(null, note);
    vi.restoreAllMocks();
    await scene.close();

    expect(failed).toEqual([]);
    expect(written()).toContain('"message":"Job observed"');
    expect(written()).toContain('"message":"Source swept"');
    expect(written()).toContain('"message":"Checkpoint shared"');
    expect(published.map(({ type }) => type)).toEqual(['Checkpoint Shared']);
    expect(written() + stored + rows).not.toContain('CANARY');
  });
});
