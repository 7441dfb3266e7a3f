import { describe, expect, it } from 'vitest';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { MODEL, NOW } from '../../use-cases/operate/ask.ts';
import { CALLER, startLambda } from '../lambda-server.ts';
import { runCkpt } from '../run-ckpt.ts';
import { startStack } from '../stack.ts';

describe('who asked', () => {
  it('is kept with what was done, as AWS names them', async () => {
    const ledger = createInMemoryLedger({ actor: 'test', plan: null, now: () => NOW });
    await using stack = await startStack({ ledger, ledgerAs: (author) => ledger.as(author) });
    await runCkpt(['share', MODEL, '--to', 'prod-eu', '--no-wait'], { url: stack.url });
    expect(stack.invocations[0]?.payload).toMatchObject({ command: 'share', by: CALLER });
    expect((await ledger.listEvents({ checkpoint: null, cursor: null, limit: 1 })).items).toMatchObject([
      { actor: CALLER, changes: [{ act: 'wanted', projectId: 'proj_EU', origin: 'operator' }] },
    ]);
  });

  it('is not told where nothing is done', async () => {
    await using stack = await startStack();
    await runCkpt(['status'], { url: stack.url });
    await runCkpt(['revoke', MODEL, '--all'], { url: stack.url });
    expect(stack.invocations.map(({ payload }) => 'by' in (payload as object))).toEqual([false, false]);
  });

  it('is left open where AWS does not say: the command is carried out all the same', async () => {
    await using lambda = await startLambda(() => ({
      returned: { ok: true, result: { all: null, rules: [], sources: [] } },
    }));
    const { code } = await runCkpt(['resume', '--json'], {
      url: lambda.url,
      env: { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' },
    });
    expect(code).toBe(0);
    expect(lambda.invocations[0]?.payload).toEqual({ command: 'resume', rules: [], sources: [] });
  });
});
