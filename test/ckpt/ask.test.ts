import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { ask, timeoutOption } from '../../bin/ckpt/ask.ts';
import { CliError } from '../../bin/ckpt/errors.ts';
import type { Session } from '../../bin/ckpt/session.ts';
import { startLambda } from './lambda-server.ts';
import { runCkpt } from './run-ckpt.ts';
import { openTestSession } from './session.ts';

const busy = (seconds: number) =>
  new CliError(
    { name: 'NoSlotError', message: `The next admin call can go in ${seconds} s.`, next: 'Ask again later.' },
    { retryAfterSeconds: seconds },
  );
const wrong = new CliError({ name: 'BadRequestError', message: 'There is no such thing.', next: 'Name another.' });

/** A session whose operator gives these answers: a `CliError` is thrown. */
function sessionThatAnswers(...answers: readonly unknown[]) {
  const { session, said, slept } = openTestSession();
  const left = [...answers];
  const answer = async () => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next as never;
  };
  const patient: Session = { ...session, operator: { ...session.operator, ask: answer } };
  return { session: patient, said, slept, left };
}

const REQUEST = { command: 'status' } as const;

describe('asking patiently', () => {
  it('asks again after so many seconds as it is told, until there is an answer', async () => {
    const { session, slept } = sessionThatAnswers(busy(12), busy(3), { done: true });
    expect(await ask(session, REQUEST, { timeoutMs: 60_000 })).toEqual({ done: true });
    expect(slept).toEqual([12_000, 3_000]);
  });

  it('does not ask again where that is of no use', async () => {
    const { session, slept } = sessionThatAnswers(wrong);
    await expect(ask(session, REQUEST, { timeoutMs: 60_000 })).rejects.toBe(wrong);
    expect(slept).toEqual([]);
  });

  it('gives up with the last refusal, and does not wait for what would come too late', async () => {
    const last = busy(31);
    const { session, slept } = sessionThatAnswers(busy(30), last, { done: true });
    await expect(ask(session, REQUEST, { timeoutMs: 60_000 })).rejects.toBe(last);
    expect(slept).toEqual([30_000]);
  });

  it('waits a second at least, whatever it is told', async () => {
    const { session, slept } = sessionThatAnswers(busy(0), { done: true });
    await ask(session, REQUEST, { timeoutMs: 60_000 });
    expect(slept).toEqual([1_000]);
  });

  it('says why it waits to whoever watches, and to nobody else', async () => {
    const silent = sessionThatAnswers(busy(12), {});
    await ask(silent.session, REQUEST, { timeoutMs: 60_000 });
    expect(silent.said).toEqual([]);
    const { session, said } = sessionThatAnswers(busy(12), {});
    const watched = { ...session, terminal: { ...session.terminal, watched: true } };
    await ask(watched, REQUEST, { timeoutMs: 60_000 });
    expect(said).toEqual(['The next admin call can go in 12 s. Asking again in 12 s …\n']);
  });
});

describe('--timeout', () => {
  const parse = (...argv: readonly string[]) =>
    timeoutOption(new Command('x').exitOverride().configureOutput({ writeErr: () => undefined }))
      .parse(argv, { from: 'user' })
      .opts();

  it('is five minutes unless told', () => {
    expect(parse()).toEqual({ timeout: 300_000 });
    expect(parse('--timeout', '90s')).toEqual({ timeout: 90_000 });
    expect(() => parse('--timeout', 'soon')).toThrow('90s, 10m, 1h');
  });
});

describe('a refusal for want of a slot', () => {
  it('comes from the operator function with its time, and is an error when there is none left to wait', async () => {
    const error = { name: 'NoSlotError', message: 'The next admin call can go in 50 s.', next: 'Ask again later.' };
    await using lambda = await startLambda(() => ({ returned: { ok: false, error, retryAfterSeconds: 50 } }));
    const args = ['verify', 'ft:gpt-4o-mini-2024-07-18:org::AbCdEfGh', '--timeout', '10s'];
    const { code, stderr } = await runCkpt(args, { url: lambda.url });
    expect({ code, stderr }).toEqual({ code: 1, stderr: `ckpt: ${error.message} ${error.next}\n` });
    expect(lambda.invocations).toHaveLength(1);
  });
});
