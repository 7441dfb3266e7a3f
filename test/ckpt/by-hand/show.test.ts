import { describe, expect, it } from 'vitest';
import { checkpoints, jobs } from '../../../bin/ckpt/jobs/jobs.ts';
import { show } from '../../../bin/ckpt/jobs/show.ts';
import { events } from '../../../bin/ckpt/system/events.ts';
import { otherEvent } from '../../../lambdas/core/events/checkpoint-event.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { aJobRecord, aPermission, aRecord, aWant, MODEL, NOW } from '../../use-cases/operate/ask.ts';
import { openTestSession } from '../session.ts';
import { failure, granted, openAIWith, openScene, shown } from './scene.ts';

const OPTIONS = { timeout: 60_000 } as const;
const ANN = { actor: 'arn:aws:iam::123456789012:user/ann', plan: null };

/** A ledger in which somebody has shared a checkpoint with one project, and it was refused for another. */
async function aHistory() {
  const ledger = createInMemoryLedger({ ...ANN, now: () => NOW });
  const fresh = aRecord([], { jobId: null, source: null });
  const parts = { want: aWant('proj_EU'), reason: 'wanted by support', askedAt: NOW };
  const asked = aRecord([aPermission('proj_EU', 'unknown', parts)]);
  await ledger.saveCheckpoint(asked, fresh);
  const read = await ledger.getCheckpoint(MODEL);
  if (read === undefined) throw new Error('It was just saved.');
  const rejected = aPermission('proj_US', 'rejected', { want: aWant('proj_US'), reason: 'Project is archived' });
  const share = ledger.as({ actor: 'share', plan: null });
  const eu = granted('proj_EU', { want: aWant('proj_EU'), askedAt: NOW });
  await share.saveCheckpoint({ ...aRecord([eu, rejected]), version: 1 }, read);
  return ledger;
}

describe('ckpt show', () => {
  it('tells of a checkpoint who wants it, what is recorded, and what was done', async () => {
    const { session } = openTestSession({ ledger: await aHistory() });
    const text = (await show.run(session, OPTIONS, [MODEL])).text();
    expect(text).toContain(`${MODEL}\njob ftjob-1, source research\nlast listed at OpenAI: never\n`);
    expect(text).toMatch(/Recorded\n.*\nprod-eu +active +cp_EU .*\nprod-us +rejected .*Project is archived/);
    expect(text).toMatch(/History\n/);
    expect(text).toMatch(/arn:aws:iam::123456789012:user\/ann +wanted .*proj_EU/);
    expect(text).toMatch(/share +shared .*proj_EU +cp_EU/);
    expect(text).not.toContain('At OpenAI now');
  });

  it('asks OpenAI with --live, also of what is not tracked, and holds the ledger against it', async () => {
    const other = shown('proj_X', 'cp_X');
    const { session } = await openScene(
      [granted('proj_EU'), granted('proj_US')],
      openAIWith([shown('proj_EU'), shown('proj_US', 'cp_new'), other]),
    );
    const answer = await show.run(session, { ...OPTIONS, live: true }, ['cp_EU']);
    expect(answer.document).toMatchObject({
      live: [
        { projectId: 'proj_EU', ledger: 'tracked' },
        { projectId: 'proj_US', permissionId: 'cp_new', ledger: 'other-id' },
        { projectId: 'proj_X', ledger: 'untracked' },
      ],
    });
    expect(answer.text()).toMatch(/At OpenAI now\n.*\nprod-eu +cp_EU .* tracked/);
    const elsewhere = openTestSession(openAIWith([other]));
    expect((await show.run(elsewhere.session, { ...OPTIONS, live: true }, [MODEL])).document).toMatchObject({
      tracked: false,
      permissions: [],
    });
  });

  it('tells what a person has said of a permission', async () => {
    const { session } = await openScene([granted('proj_EU')]);
    await session.operator.ask({
      command: 'ignore',
      checkpoint: MODEL,
      permissionId: null,
      projects: [],
      all: true,
      undo: false,
    });
    const answer = await show.run(session, OPTIONS, [MODEL]);
    expect(answer.document).toMatchObject({
      permissions: [{ hold: { kind: 'ignored', at: '2026-11-20T12:00:00.000Z' } }],
    });
    expect(answer.text()).toContain('ignored by a person');
  });

  it.each([
    [MODEL, /The ledger has no checkpoint/],
    ['cp_unheard', /The ledger has no permission/],
    ['ftjob-unheard', /The ledger has no job/],
  ])('says what to do about %s, of which it knows nothing', async (word, message) => {
    const { session } = openTestSession();
    expect(await failure(show.run(session, OPTIONS, [word]))).toMatchObject({
      message: expect.stringMatching(message),
      next: expect.stringMatching(/ckpt adopt|--live/),
    });
  });
});

describe('jobs', () => {
  async function withJobs() {
    const { session, ledger } = await openScene([granted('proj_EU'), aPermission('proj_US', 'rejected')]);
    const step = { checkpoint: `${MODEL}:ckpt-step-10`, step: 10, final: false, metrics: { valid_loss: 0.51234 } };
    const final = { checkpoint: MODEL, step: 20, final: true, metrics: { train_loss: 0.25 } };
    await ledger.saveJob(
      aJobRecord({
        jobId: 'ftjob-1',
        createdAt: NOW - 1_000,
        checkpoints: [final, step],
        metadata: { stage: 'release' },
      }),
    );
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob-2', createdAt: NOW, status: 'running', checkpoints: [] }));
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob-3', forgotten: { at: NOW, by: 'ann' } }));
    return session;
  }

  it('are listed, the newest first, without those that were forgotten', async () => {
    const session = await withJobs();
    expect((await jobs.run(session, {}, [])).document).toMatchObject([
      { jobId: 'ftjob-2' },
      { jobId: 'ftjob-1', checkpoints: 2 },
    ]);
    expect((await jobs.run(session, { status: ['running'] }, [])).document).toMatchObject([{ jobId: 'ftjob-2' }]);
    expect(await failure(jobs.run(session, { source: ['reserch'] }, []))).toMatchObject({
      next: 'Did you mean "research"?',
    });
  });

  it('are shown with their checkpoints: steps, metrics, and who has them', async () => {
    const session = await withJobs();
    const text = (await show.run(session, OPTIONS, ['ftjob-1'])).text();
    expect(text).toContain('ftjob-1 of research: succeeded');
    expect(text).toContain('metadata stage=release');
    expect((await show.run(session, OPTIONS, ['ftjob-3'])).text()).toContain(
      'forgotten by ann at 2026-11-20 12:00:00Z',
    );
    const lines = (await checkpoints.run(session, {}, ['ftjob-1'])).text().split('\n');
    expect(lines[1]).toMatch(/10 +ft:.*:ckpt-step-10 .* 0\.5123/);
    expect(lines[2]).toMatch(/20 final +ft:.* 0\.2500 .*prod-us +prod-eu/);
    expect(await failure(checkpoints.run(session, {}, [MODEL]))).toMatchObject({
      message: expect.stringContaining('is no job'),
    });
  });
});

describe('ckpt events', () => {
  it('tells who did what, the newest first, as many as are asked for', async () => {
    const ledger = await aHistory();
    await ledger.addEvent(otherEvent('paused', 'everything', ANN, NOW + 1_000, 'request-9'));
    const { session } = openTestSession({ ledger });
    const all = await events.run(session, { limit: 50 }, []);
    expect(all.document).toMatchObject([
      { act: 'paused', note: 'everything' },
      { actor: 'share' },
      { actor: ANN.actor },
    ]);
    expect(all.text().split('\n')[1]).toMatch(
      /2026-11-20 12:00:01Z +arn:aws:iam::123456789012:user\/ann +paused .*everything/,
    );
    expect((await events.run(session, { limit: 1 }, [])).document).toHaveLength(1);
    expect((await events.run(session, { limit: 50 }, [MODEL])).document).toHaveLength(2);
    const nothing = await events.run(openTestSession().session, { limit: 50 }, []);
    expect(nothing.text()).toBe('Nothing was done yet.\n');
  });
});
