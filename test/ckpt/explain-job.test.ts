import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { explain } from '../../bin/ckpt/jobs/explain.ts';
import type { Rule } from '../../lambdas/core/policy/policy.ts';
import { changeState } from '../../lambdas/use-cases/change.ts';
import { aCheckpoint, aPolicy, aRule, atStep, FINAL } from '../core/policy/builders.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { aJobRecord, aPermission, aRecord, aWant, NOW } from '../use-cases/operate/ask.ts';
import { aFolder } from './folder.ts';
import { runCkpt } from './run-ckpt.ts';
import { openTestSession } from './session.ts';
import { startStack } from './stack.ts';

const match = (parts: Partial<Rule['match']>) => ({ match: { baseModel: null, suffix: null, metadata: {}, ...parts } });
const BEST = { kind: 'best', metric: 'valid_loss' } as const;

const POLICY = aPolicy(
  [
    aRule({
      name: 'best to all',
      checkpoints: BEST,
      to: ['proj_EU', 'proj_US', 'proj_LATE', 'proj_RESEARCH', 'proj_HELD'],
    }),
    aRule({ name: 'over', expireAfterDays: 1, to: ['proj_EU'] }),
    aRule({ name: 'legal', ...match({ suffix: 'legal-*', metadata: { team: 'legal', stage: 'draft' } }) }),
    aRule({ name: 'others', from: ['lab'], ...match({ baseModel: 'gpt-4.1*' }) }),
  ],
  { permissions: [{ checkpoint: FINAL, to: ['proj_PINNED'] }] },
);

/** A job of which one checkpoint is the best, and is everything that it can be to somebody. */
async function aLedger() {
  const ledger = createInMemoryLedger();
  const checkpoints = [atStep(10, { valid_loss: 0.25 }), atStep(20, { valid_loss: 0.5 }), aCheckpoint()];
  await ledger.saveJob(aJobRecord({ checkpoints, epochs: 3, createdAt: 0, finishedAt: 0 }));
  const best = checkpoints[0]?.checkpoint ?? '';
  const record = aRecord(
    [
      aPermission('proj_EU', 'active', { permissionId: 'cp_1', want: aWant('proj_EU', { rule: 'best to all' }) }),
      aPermission('proj_LATE', 'rejected', {
        want: aWant('proj_LATE', { rule: 'best to all' }),
        reason: 'Project is archived',
        notBefore: NOW + 3_600_000,
      }),
    ],
    { checkpoint: best, holds: { proj_HELD: { kind: 'withheld', at: NOW, by: 'ann' } } },
  );
  await ledger.saveCheckpoint(record, { ...record, permissions: {} });
  return ledger;
}

async function textOf(ledger: Awaited<ReturnType<typeof aLedger>>, what: string, options: { policy?: string } = {}) {
  const { session } = openTestSession({ ledger, policy: POLICY });
  return (await explain.run(session, options, [what])).text().replace(/\b[0-9a-f]{12}\b/, 'DIGEST');
}

describe('ckpt explain', () => {
  it('says of a job, rule by rule, why it is shared with whom, and why not', async () => {
    expect(await textOf(await aLedger(), 'ftjob-1')).toMatchInlineSnapshot(`
      "ftjob-1 of research: succeeded
      base model gpt-4o-mini-2024-07-18; metadata stage=release
      by the deployed policy (DIGEST)

      + rule "best to all" matches
        checkpoints: best valid_loss
          + ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid10:ckpt-step-10  its valid_loss of 0.25 is the lowest
          - ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid20:ckpt-step-20  its valid_loss of 0.5 is higher
          - ft:gpt-4o-mini-2024-07-18:org:support-v2:Final  it has no valid_loss
        for: prod-eu, prod-us, proj_LATE, proj_HELD
        not for research: it owns the checkpoints

      + rule "over" matches
        expired 1970-01-02 00:00:00Z: nothing of it is wanted any more
        checkpoints: final
          - ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid10:ckpt-step-10  it is not the final model
          - ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid20:ckpt-step-20  it is not the final model
          + ft:gpt-4o-mini-2024-07-18:org:support-v2:Final  it is the final model
        for: prod-eu

      - rule "legal" does not match
        suffix is "support-v2"; the rule wants "legal-*"
        metadata "team" is missing; the rule wants "legal"
        metadata "stage" is "release"; the rule wants "draft"

      - rule "others" does not match
        source is "research"; the rule wants "lab"
        base model is "gpt-4o-mini-2024-07-18"; the rule wants "gpt-4.1*"

      CHECKPOINT                                                   PROJECT      STANDING                              PERMISSION  WANTED BY    TRIED AGAIN           WHY
      ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid10:ckpt-step-10  prod-eu      has it                                cp_1        best to all  -                     -
      ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid10:ckpt-step-10  prod-us      to be shared by the next reconcile    -           best to all  -                     wanted by best to all
      ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid10:ckpt-step-10  proj_LATE    refused by OpenAI                     -           best to all  2026-11-20 13:00:00Z  Project is archived
      ft:gpt-4o-mini-2024-07-18:org:support-v2:Mid10:ckpt-step-10  proj_HELD    withheld: not shared again by itself  -           best to all  -                     said by ann
      ft:gpt-4o-mini-2024-07-18:org:support-v2:Final               proj_PINNED  to be shared by the next reconcile    -           a pin        -                     wanted by pinned
      "
    `);
  });

  it('says of a checkpoint what comes of its job, and for it alone', async () => {
    const text = await textOf(await aLedger(), FINAL);
    expect(text).toContain(`${FINAL}\nftjob-1 of research: succeeded\n`);
    expect(text).toMatch(/proj_PINNED +to be shared by the next reconcile +a pin/);
    expect(text).not.toContain('proj_LATE ');
  });

  it('says what is paused', async () => {
    const ledger = await aLedger();
    const word = { at: NOW, by: null, why: null };
    await changeState(ledger, 'pause', (pause) => ({ ...pause, rules: { 'best to all': word } }));
    expect(await textOf(ledger, 'ftjob-1')).toMatch(/prod-us +paused until "ckpt resume"/);
  });

  it('says how to bring in what the ledger does not know', async () => {
    expect(await textOf(createInMemoryLedger(), 'ftjob-2')).toContain('"ckpt adopt ftjob-2" brings it in');
    const stray = 'ft:gpt:org::Stray';
    expect(await textOf(createInMemoryLedger(), stray)).toContain('"ckpt adopt ftjob-…" brings its job in');
  });

  it('takes the policy of a file, ends with 0, and with --json prints one document', async () => {
    await using stack = await startStack({ ledger: await aLedger(), policy: POLICY });
    await using folder = await aFolder();
    const text =
      'version: 1\nprojects: { research: { id: proj_RESEARCH, source: {} } }\nrules: [{ name: all, from: research, to: proj_X }]\n';
    await writeFile(folder.in('other.yaml'), text);
    const args = ['explain', 'ftjob-1', '--policy', 'other.yaml'];
    const { code, stdout, stderr } = await runCkpt([...args, '--json'], { url: stack.url, cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      policy: { deployed: false, file: 'other.yaml' },
      rules: [{ rule: 'all', matches: true }],
      permissions: [{ projectId: 'proj_X', standing: 'to-share' }],
    });
    const { stdout: forPeople } = await runCkpt(args, { url: stack.url, cwd: folder.path });
    expect(forPeople).toMatch(/^by the policy of other\.yaml, which is not deployed \([0-9a-f]{12}\)$/m);
  });

  it.each([
    [['cp_1'], 'is neither a job nor a checkpoint'],
    [['ftjob-1', '--policy', 'missing.yaml'], 'There is no file missing.yaml'],
  ])('%j is a mistake, and asks nobody', async (args, message) => {
    await using stack = await startStack();
    const { code, stderr } = await runCkpt(['explain', ...args], { url: stack.url });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stack.invocations).toEqual([]);
  });
});
