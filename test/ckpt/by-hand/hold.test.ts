import { describe, expect, it } from 'vitest';
import { forget, ignore } from '../../../bin/ckpt/permissions/hold.ts';
import { list } from '../../../bin/ckpt/permissions/list.ts';
import { plan } from '../../../bin/ckpt/plan/plan.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { aJobRecord, aPermission, aRecord, aWant, ledgerWith, MODEL, NOW } from '../../use-cases/operate/ask.ts';
import { openTestSession } from '../session.ts';
import { failure, granted, openScene, rowsOf } from './scene.ts';

const OPTIONS = { timeout: 60_000 } as const;
const policy = aPolicy([aRule({ name: 'support', checkpoints: { kind: 'all' }, to: ['proj_EU', 'proj_US'] })]);
const job = aJobRecord({ checkpoints: [{ checkpoint: MODEL, step: null, final: true, metrics: {} }] });

/** A job's checkpoint that a rule has shared with two projects. */
async function sharedByRule() {
  const record = aRecord(
    ['proj_EU', 'proj_US'].map((projectId) => granted(projectId, { want: aWant(projectId) })),
    { jobId: job.jobId },
  );
  const ledger = await ledgerWith(record);
  await ledger.saveJob(job);
  return { ledger, ...openTestSession({ ledger, policy }) };
}

describe('ckpt forget', () => {
  it('stops tracking one permission: no rule wants it again, and the plan has no changes', async () => {
    const { session, ledger } = await sharedByRule();
    const answer = await forget.run(session, { ...OPTIONS, project: ['prod-eu'] }, [MODEL]);
    expect(answer.text()).toBe(
      `${MODEL}\n  prod-eu (cp_EU)  forgotten: OpenAI keeps it, and nothing here looks at it any more\n`,
    );
    expect((await rowsOf(ledger)).map(({ projectId }) => projectId)).toEqual(['proj_US']);
    expect((await plan.run(session, {}, [])).exitCode).toBe(0);
  });

  it('forgets a job with all that is shared of it', async () => {
    const { session, ledger } = await sharedByRule();
    const answer = await forget.run(session, OPTIONS, [job.jobId]);
    expect(answer.text()).toBe(
      `${job.jobId} of research is forgotten, and 2 permissions with it; OpenAI keeps them.\n`,
    );
    expect(await rowsOf(ledger)).toEqual([]);
    expect((await plan.run(session, {}, [])).exitCode).toBe(0);
  });

  it('waits for a call that is on its way', async () => {
    const { session, slept } = await openScene([aPermission('proj_EU', 'unknown', { want: aWant('proj_EU') })]);
    expect(await failure(forget.run(session, { timeout: 6_000 }, [MODEL]))).toMatchObject({ name: 'NotYetError' });
    expect(slept).toEqual([5_000]);
  });

  it.each([
    [['cp_unheard'], /The ledger has no permission "cp_unheard"/],
    [['ftjob-unheard'], /The ledger has no job "ftjob-unheard"/],
    [[`${MODEL}:ckpt-step-1`], /The ledger has no checkpoint/],
    [[], /Nothing was named/],
  ])('refuses %j', async (args, message) => {
    const { session } = await openScene([granted('proj_EU')]);
    expect(await failure(forget.run(session, OPTIONS, args))).toMatchObject({
      message: expect.stringMatching(message),
    });
  });
});

describe('ckpt ignore', () => {
  it('keeps a permission in the list, says so there, and takes that back with --undo', async () => {
    const { session } = await sharedByRule();
    const answer = await ignore.run(session, { ...OPTIONS, project: ['prod-us'] }, [MODEL]);
    expect(answer.text()).toBe(`${MODEL}\n  prod-us (cp_US)  ignored from now on\n`);
    expect((await list.run(session, {}, [])).document).toMatchObject([
      { projectId: 'proj_EU', reason: null },
      { projectId: 'proj_US', state: 'active', reason: 'ignored by a person since 2026-11-20T12:00:00.000Z' },
    ]);
    const undone = await ignore.run(session, { ...OPTIONS, undo: true }, [MODEL]);
    expect(undone.text()).toBe(`${MODEL}\n  prod-us (cp_US)  ignored no more\n`);
    expect((await plan.run(session, {}, [])).exitCode).toBe(0);
  });

  it('is not for what is not there yet', async () => {
    const pending = aPermission('proj_EU', 'pending', { want: aWant('proj_EU'), notBefore: NOW });
    const { session } = await openScene([pending]);
    expect(await failure(ignore.run(session, { ...OPTIONS, project: ['prod-eu'] }, [MODEL]))).toMatchObject({
      message: expect.stringContaining('prod-eu is pending'),
      next: expect.stringContaining('ckpt forget'),
    });
  });
});
