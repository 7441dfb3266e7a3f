import { describe, expect, it } from 'vitest';
import { pause, resume } from '../../../bin/ckpt/system/pause.ts';
import { redrive } from '../../../bin/ckpt/system/redrive.ts';
import { status } from '../../../bin/ckpt/system/status.ts';
import type { ReconcileOrder } from '../../../lambdas/core/ports/queue.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { openTestSession } from '../session.ts';
import { failure } from './scene.ts';

const policy = aPolicy([aRule({ name: 'support' }), aRule({ name: 'lab' })]);

describe('ckpt pause and resume', () => {
  it('pause a rule, a source or everything, show it in the status, and let it go on', async () => {
    const started: ReconcileOrder[] = [];
    const reconciler = { start: async (order: ReconcileOrder) => void started.push(order) };
    const { session } = openTestSession({ policy, reconciler });
    const one = await pause.run(session, { rule: ['support'], reason: 'under review' }, []);
    expect(one.text()).toBe(
      'Rule "support" is paused since 2026-11-20 12:00:00Z by a person: under review\n"ckpt resume" lets it go on.\n',
    );
    await pause.run(session, {}, []);
    await pause.run(session, { source: ['research'] }, []);
    expect((await status.run(session, {}, [])).text()).toMatch(
      /Paused\nEverything is paused .*\nRule "support".*\nSource research/,
    );

    expect((await resume.run(session, { rule: ['support'] }, [])).text()).not.toContain('support');
    expect((await resume.run(session, {}, [])).text()).toBe('Nothing is paused any more.\n');
    expect(started).toHaveLength(2);
  });

  it.each([
    [pause, { rule: ['suport'] }, 'There is no rule "suport".', 'Did you mean "support"?'],
    [pause, { source: ['prod-eu'] }, 'There is no source "prod-eu".', 'Name one of: research.'],
    [resume, { rule: ['lab'] }, 'The rule "lab" is not paused.', 'No rule is: see "ckpt status".'],
  ] as const)('name what is mistyped', async (command, options, message, next) => {
    const { session } = openTestSession({ policy });
    expect(await failure(command.run(session, options, []))).toMatchObject({ message, next });
  });
});

describe('ckpt redrive', () => {
  it('moves the dead letters back, and says which jobs they are about', async () => {
    const bodies = ['{"source":"research","jobId":"ftjob-1"}', 'no message', '{"source":"research","jobId":"ftjob-2"}'];
    const left = bodies.map((body, index) => ({ messageId: `m-${index}`, body, receiptHandle: `r-${index}` }));
    const sent: string[] = [];
    const deadLetters = {
      receive: async () => [...left],
      delete: async (handle: string) =>
        void left.splice(
          left.findIndex(({ receiptHandle }) => receiptHandle === handle),
          1,
        ),
    };
    const queue = { sendBody: async (body: string) => void sent.push(body) };
    const { session } = openTestSession({ redrive: { deadLetters, queue } });
    const answer = await redrive.run(session, {}, []);
    expect(answer.text()).toBe(
      '2 dead letters were moved back, of ftjob-1, ftjob-2.\n1 were left: they name no job. See docs/runbook.md#dead-letters.\n',
    );
    expect(sent).toEqual([bodies[0], bodies[2]]);
    expect((await redrive.run(session, {}, [])).text()).toContain('There was no dead letter to move.');
  });
});
