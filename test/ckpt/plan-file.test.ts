import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../bin/ckpt/plan/plan-document.ts';
import { parsePolicy } from '../../lambdas/core/policy/parse.ts';
import { policyDigest } from '../../lambdas/core/policy/policy.ts';
import { aCheckpoint, aPolicy, aRule } from '../core/policy/builders.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { aJobRecord, aPermission, aRecord, aWant, ledgerWith } from '../use-cases/operate/ask.ts';
import { aFolder } from './folder.ts';
import { runCkpt } from './run-ckpt.ts';
import { startStack } from './stack.ts';

const FILE = `version: 1
projects:
  research: { id: proj_RESEARCH, source: {} }
  lab: { id: proj_LAB, source: {} }
  prod-eu: { id: proj_EU }
rules:
  - { name: support, from: research, to: prod-eu, match: { suffix: support-* } }
  - { name: more, from: [research, lab], to: proj_NEW }
`;

/** Wrong in two places, and not meant in a third. */
const MISTAKEN = `version: 1
projects: { research: { id: proj_RESEARCH, source: {} } }
rules:
  - { name: a, from: reserch, to: research }
  - { name: a, from: research, to: proj_X, match: { suffix: " x" } }
`;

const DEPLOYED = aPolicy([aRule({ name: 'support' }), aRule({ name: 'old' })]);

async function aStack() {
  const ledger = createInMemoryLedger();
  await ledger.saveJob(aJobRecord({ checkpoints: [aCheckpoint()] }));
  return startStack({ ledger, policy: DEPLOYED });
}

/** A stack of which the file, which prunes, would let go of everything. */
async function aStackToPrune() {
  const permissions = Array.from({ length: 6 }, (_, index) =>
    aPermission(`proj_${index}`, 'active', { permissionId: `cp_${index}`, want: aWant(`proj_${index}`) }),
  );
  return startStack({ ledger: await ledgerWith(aRecord(permissions, { jobId: null })), policy: DEPLOYED });
}

async function run(text: string, stack: Awaited<ReturnType<typeof aStack>>, ...args: readonly string[]) {
  await using folder = await aFolder();
  await writeFile(folder.in('sharing.yaml'), text);
  return await runCkpt(['plan', ...args], { url: stack.url, cwd: folder.path });
}

const withoutDigests = (text: string) =>
  text.replace(/policy \w{12} /, 'policy DIGEST ').replace(/\b[0-9a-f]{16}\b/g, 'ID');

describe('ckpt plan FILE', () => {
  it('says for people what deploying the file would do, and ends with 2', async () => {
    await using stack = await aStack();
    const { code, stdout, stderr } = await run(FILE, stack, 'sharing.yaml');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(withoutDigests(stdout)).toMatchInlineSnapshot(`
      "CheckpointSharing in eu-west-1, 2026-11-20 12:00:00Z, policy DIGEST of sharing.yaml, as if it were deployed now

      ft:gpt-4o-mini-2024-07-18:org:support-v2:Final  ftjob-1 of research
        + prod-eu   wanted by support
        + proj_NEW  wanted by more

      Plan: 2 to share, 0 to revoke.
      That takes 1 admin calls (1 POST), which can go at once.
      Rules that differ from the deployed ones:
        ~ "support" (changed): it matches 1 job
        + "more" (new): it matches 1 job, 1 newly
        - "old" (removed): it matched 1 job
      Of lab the ledger knows no jobs yet: what they bring is not in this plan.
      The guard has nothing to hold: nothing is revoked.
      Nothing was changed. Once it is deployed, it is carried out by itself: npx cdk deploy -c config=sharing.yaml
      "
    `);
  });

  it('with --json prints the same document as without a file, with whose policy it is', async () => {
    await using stack = await aStack();
    const { code, stdout } = await run(FILE, stack, '--json', 'sharing.yaml');
    const document: PlanDocument = JSON.parse(stdout);
    const parsed = parsePolicy(FILE);
    const digest = 'policy' in parsed && policyDigest(parsed.policy);
    expect(code).toBe(2);
    expect(document.policy).toEqual({ deployed: false, file: 'sharing.yaml', digest, newSources: ['lab'] });
    expect(document.rules?.map(({ rule, change }) => [rule, change])).toEqual([
      ['support', 'changed'],
      ['more', 'new'],
      ['old', 'removed'],
    ]);
    const { stdout: own } = await runCkpt(['plan', '--json'], { url: stack.url });
    const { policy, ...rest }: PlanDocument = JSON.parse(own);
    expect(policy).toEqual({ deployed: true, file: null, digest: rest.policyDigest, newSources: [] });
    expect(Object.keys(rest).sort()).toEqual(
      Object.keys(document)
        .filter((key) => key !== 'policy')
        .sort(),
    );
  });

  it('changes nothing: what is planned for the deployed policy is the same afterwards', async () => {
    await using stack = await aStack();
    const before = await runCkpt(['plan', '--json'], { url: stack.url });
    await run(FILE, stack, 'sharing.yaml');
    expect(await runCkpt(['plan', '--json'], { url: stack.url })).toEqual(before);
  });

  it('without changes ends with 0', async () => {
    await using stack = await startStack();
    const { code, stdout } = await run('version: 1\nprojects: { a: { id: proj_A } }\n', stack, 'sharing.yaml');
    expect(code).toBe(0);
    expect(stdout).toContain('No changes.');
  });

  it('says that the guard would hold what lets go of very much', async () => {
    await using stack = await aStackToPrune();
    const { code, stdout } = await run(`${FILE}prune: true\n`, stack, 'sharing.yaml');
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /The guard would hold it: revoking 6 of 6 tracked permissions takes a person's word \("ckpt apply --confirm [0-9a-f]{16}", once it is deployed\)\./,
    );
    expect(stdout).toContain('Once it is deployed, everything but the revocations is carried out by itself');
  });

  it('lists every mistake with its place, warnings too, and asks nobody', async () => {
    await using stack = await aStack();
    const { code, stdout, stderr } = await run(MISTAKEN, stack, 'sharing.yaml');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^sharing\.yaml:4:\d+ rules\[0\]\.from/m);
    expect(stderr).toMatch(/^sharing\.yaml:5:\d+ rules\[1\]\.name/m);
    expect(stderr).toMatch(/^ckpt: sharing\.yaml has \d mistakes\. Mend what is listed/m);
    expect(stack.invocations).toEqual([]);

    const { stdout: json } = await run(MISTAKEN, stack, 'sharing.yaml', '--json');
    const { error } = JSON.parse(json);
    expect(error).toMatchObject({ name: 'PolicyError' });
    expect(error.message).toMatch(/^sharing\.yaml has \d mistakes\.\nsharing\.yaml:4:\d+ rules\[0\]\.from/);
  });

  it('tells what is no mistake and probably not meant on standard error, and plans all the same', async () => {
    await using stack = await aStack();
    const unlikely = FILE.replace('suffix: support-*', 'metadata: { team: " a" }');
    const { code, stdout, stderr } = await run(unlikely, stack, '--json', 'sharing.yaml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sharing\.yaml:7:\d+ rules\[0\]\.match\.metadata\.team: warning: /);
    expect(JSON.parse(stdout)).toMatchObject({ policy: { deployed: false } });
  });

  it.each([
    [['missing.yaml'], 'There is no file missing.yaml.'],
    [['sharing.yaml', '--out', 'plan.json'], 'cannot be applied, so it is not written to plan.json'],
    [['sharing.yaml', '--markdown', '--json'], 'either as --markdown or as --json'],
  ])('%j ends with 1, and asks nobody', async (args, message) => {
    await using stack = await aStack();
    const { code, stderr } = await run(FILE, stack, ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stack.invocations).toEqual([]);
  });

  it('is no plan that could be applied', async () => {
    await using stack = await aStack();
    await using folder = await aFolder();
    const { stdout } = await run(FILE, stack, '--json', 'sharing.yaml');
    await writeFile(folder.in('plan.json'), stdout);
    const { code, stderr } = await runCkpt(['apply', folder.in('plan.json')], { url: stack.url });
    expect(code).toBe(1);
    expect(stderr).toContain('is a plan of a policy that is not deployed. Deploy that policy, then plan again');
    expect(await readFile(folder.in('plan.json'), 'utf8')).toBe(stdout);
  });
});
