import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENTS } from '../../bin/ckpt/published.ts';
import { keysFunctionName, operatorFunctionName } from '../../lambdas/shared/contract/names.ts';
import { personWho, run, runAll } from './cli.ts';
import { type Example, everyCommand } from './every-command.ts';
import { openStage, type Stage, shared } from './stage.ts';

let stage: Stage;
let examples: readonly Example[];
beforeAll(async () => {
  stage = await openStage();
  const job = stage.addJob();
  await stage.deliver(job.id);
  await shared(stage, job.id, 3);
  examples = await everyCommand(stage, job);
});
afterAll(() => stage.close());

/** These ask nobody; the page does, once it is open. */
const LOCAL = ['migrate terraform', 'ui', 'completion'];

describe('every command of the CLI', () => {
  it('can be run by a person who may invoke the functions that answer one, and nothing else', {
    timeout: 240_000,
  }, async () => {
    expect([...new Set(examples.map(({ command }) => command))].sort()).toEqual(Object.keys(DOCUMENTS).sort());
    const env = await personWho(stage, 'invoker', 'lambda:InvokeFunction', [operatorFunctionName, keysFunctionName]);
    for (const { args, codes } of examples) {
      const { code, stderr, document } = await run(stage, args, env);
      const { error = null } = document;
      expect(codes, JSON.stringify({ args, error })).toContain(code);
      expect(stderr).not.toMatch(/\n\s+at |AccessDenied|not authorized/);
    }
  });

  it('tells a person who may not in a sentence which right is missing', async () => {
    const env = await personWho(stage, 'onlooker', 'lambda:GetFunction');
    const asking = examples.filter(({ command }) => !LOCAL.includes(command)).map(({ args }) => args);
    for (const { args, code, stdout, stderr } of await runAll(stage, asking, env)) {
      expect({ args, code }).toEqual({ args, code: 1 });
      expect(`${stdout}${stderr}`).toContain('lambda:InvokeFunction');
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    const { document } = await run(stage, ['list'], env);
    expect(document).toMatchObject({ error: { name: 'AccessDeniedError' } });
  });
});
