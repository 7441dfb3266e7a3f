import { describe, expect, it } from 'vitest';
import { judgeWebhooks } from '../../../../lambdas/use-cases/operate/doctor/webhooks-arrive.ts';
import { createInMemoryLedger } from '../../../in-memory/ledger.ts';
import { aJobRecord, NOW } from '../ask.ts';
import { startOpenAIScene } from '../openai-scene.ts';
import { examine, wellLedger } from './examine.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A job that ended so long ago, and was observed so long after. */
const job = (jobId: string, endedAgoMs: number, observedAfterMs = MINUTE_MS) => ({
  jobId,
  finishedAt: NOW - endedAgoMs,
  observedAt: NOW - endedAgoMs + observedAfterMs,
});
const judged = (webhookAgoMs: number | null, ...ended: readonly ReturnType<typeof job>[]) => {
  const lastWebhookAt = webhookAgoMs === null ? null : new Date(NOW - webhookAgoMs).toISOString();
  return judgeWebhooks({ alias: 'research', lastWebhookAt }, ended, { everySeconds: 900, now: NOW });
};

describe('whether webhooks arrive', () => {
  it('is bad when a job ended, was observed soon, and no webhook told of it', () => {
    expect(judged(null, job('ftjob-1', 5 * HOUR_MS), job('ftjob-2', 2 * HOUR_MS))).toMatchObject({
      state: 'bad',
      message: expect.stringMatching(/^ftjob-2 of research ended at .*no webhook told of it\. None has ever come\.$/),
      mend: expect.stringContaining('ckpt webhook send --source research'),
    });
    expect(judged(5 * HOUR_MS, job('ftjob-1', 2 * HOUR_MS)).state).toBe('bad');
  });

  it('is good when the last one came after the last job ended, or a moment before by our clock', () => {
    expect(judged(HOUR_MS, job('ftjob-1', 2 * HOUR_MS)).state).toBe('good');
    expect(judged(2 * HOUR_MS + 30_000, job('ftjob-1', 2 * HOUR_MS)).state).toBe('good');
  });

  it('is no more than a word when the job was observed long after its end: the endpoint may be younger', () => {
    expect(judged(null, job('ftjob-1', 72 * HOUR_MS, 70 * HOUR_MS))).toMatchObject({
      state: 'notice',
      message: expect.stringContaining('If the endpoint at OpenAI is younger than that'),
    });
  });

  it('is not judged by a job that ended a moment ago, or by none', () => {
    expect(judged(null, job('ftjob-1', MINUTE_MS)).state).toBe('good');
    expect(judged(null)).toMatchObject({ state: 'good', message: expect.stringContaining('no webhook was to come') });
  });

  it('is told from the ledger: the jobs of each source, and its last webhook', async () => {
    await using scene = await startOpenAIScene();
    const ledger = await wellLedger();
    const ended = { finishedAt: NOW - 2 * HOUR_MS, observedAt: NOW - 2 * HOUR_MS };
    await ledger.saveJob(aJobRecord({ ...ended, jobId: 'ftjob-ours' }));
    await ledger.saveJob(aJobRecord({ ...ended, jobId: 'ftjob-other', source: 'lab' }));
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob-old', finishedAt: NOW - 8 * 24 * HOUR_MS }));
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob-running', status: 'running', finishedAt: null }));
    const look = () => examine({ ...scene.deps, ledger }, 'webhooks');
    expect(await look()).toMatchObject([{ state: 'bad', message: expect.stringContaining('ftjob-ours') }]);
    await ledger.touchSource('research', { lastWebhookAt: NOW - 2 * HOUR_MS + 2_000 });
    expect(await look()).toMatchObject([{ state: 'good' }]);
  });

  it('is not known while the jobs cannot be read', async () => {
    await using scene = await startOpenAIScene();
    const ledger = { ...createInMemoryLedger(), listJobs: () => Promise.reject(new Error('away')) };
    expect(await examine({ ...scene.deps, ledger }, 'webhooks')).toMatchObject([{ state: 'notice' }]);
  });
});
