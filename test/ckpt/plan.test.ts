import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../bin/ckpt/plan/plan-document.ts';
import { showPlan } from '../../bin/ckpt/plan/plan-text.ts';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import { aPolicy, aRule } from '../core/policy/builders.ts';
import { aPermission, aRecord, aWant, ledgerWith, MODEL, NOW } from '../use-cases/operate/ask.ts';
import { runCkpt } from './run-ckpt.ts';
import { startStack } from './stack.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ckpt-plan-'));
});
afterEach(() => rm(directory, { recursive: true }));

const POLICY = aPolicy([aRule({ name: 'support' })], {
  prune: true,
  permissions: [{ checkpoint: MODEL, to: ['proj_EU', 'proj_NEW'] }],
});

/** A stack with something of every kind to do. */
async function busyStack() {
  const ledger = await ledgerWith(
    aRecord(
      [
        aPermission('proj_EU', 'active', { permissionId: 'cp_1', want: aWant('proj_EU', { rule: 'old rule' }) }),
        aPermission('proj_US', 'active', { permissionId: 'cp_2', want: aWant('proj_US') }),
        aPermission('proj_OLD', 'rejected', { want: aWant('proj_OLD'), priority: 'retry', notBefore: NOW + 1 }),
      ],
      { jobId: null },
    ),
    aRecord(
      [
        aPermission('proj_A', 'unknown', {
          want: aWant('proj_A', { origin: 'operator' }),
          reason: 'no answer\u001b[2J',
          notBefore: NOW,
        }),
        aPermission('proj_B', 'drifted', { want: aWant('proj_B', { origin: 'operator', onDrift: 'report' }) }),
      ],
      { checkpoint: 'ft:gpt:org::other' },
    ),
  );
  return startStack({ ledger, policy: POLICY });
}

const withoutDigests = (text: string) =>
  text.replace(/policy \w{12}\n/, 'policy DIGEST\n').replace(/\b[0-9a-f]{16}\b/g, 'ID');

describe('ckpt plan', () => {
  it('prints for people what is to be done, and ends with 2', async () => {
    await using stack = await busyStack();
    const { code, stdout, stderr } = await runCkpt(['plan'], { url: stack.url });
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(withoutDigests(stdout)).toMatchInlineSnapshot(`
      "CheckpointSharing in eu-west-1, 2026-11-20 12:00:00Z, policy DIGEST

      ft:gpt-4o-mini-2024-07-18:org:support:AbCdEfGh  of research
        ~ prod-eu   wanted by another rule, or on other terms (cp_1)
        + proj_NEW  wanted by pinned
        o proj_OLD  wanted no more, and never granted
        - prod-us   no rule wants it any more (cp_2)

      ft:gpt:org::other  ftjob-1 of research
        ? proj_A  under way: no answer [2J

      Plan: 1 to share, 1 to revoke, 1 to change, 1 to close, 1 to look up.
      Under way already: 1 of them.
      That takes 3 admin calls (1 POST, 1 LIST, 1 DELETE), which can go at once.
      Left as it is: 1 drifted.
      Rule "support" matches no job any more (permissions of it: 1): is that meant?
      Its id is ID.
      "
    `);
  });

  it('with --json prints one document, and writes the same to the file of --out', async () => {
    await using stack = await busyStack();
    const file = join(directory, 'plan.json');
    const { code, stdout } = await runCkpt(['--json', 'plan', '--out', file], { url: stack.url });
    expect(code).toBe(2);
    const document: PlanDocument = JSON.parse(stdout);
    expect(document).toMatchObject({
      version: 1,
      stack: 'CheckpointSharing',
      region: 'eu-west-1',
      counts: { share: 1, revoke: 1, change: 1, 'look-up': 1, close: 1 },
    });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(document);
  });

  it('without changes ends with 0', async () => {
    await using stack = await startStack();
    const { code, stdout } = await runCkpt(['plan'], { url: stack.url });
    expect(code).toBe(0);
    expect(withoutDigests(stdout)).toBe(
      'CheckpointSharing in eu-west-1, 2026-11-20 12:00:00Z, policy DIGEST\n\nNo changes.\n',
    );
  });

  it('that cannot be written is an error', async () => {
    await using stack = await startStack();
    const { code, stderr } = await runCkpt(['plan', '--out', directory], { url: stack.url });
    expect(code).toBe(1);
    expect(stderr).toContain(`The plan cannot be written to ${directory}`);
  });

  it('says how to confirm what would revoke unusually much', async () => {
    const permissions = Array.from({ length: 6 }, (_, index) =>
      aPermission(`proj_${index}`, 'active', { permissionId: `cp_${index}`, want: aWant(`proj_${index}`) }),
    );
    await using stack = await startStack({
      ledger: await ledgerWith(aRecord(permissions, { jobId: null })),
      policy: aPolicy([aRule()], { prune: true }),
    });
    const { code, stdout } = await runCkpt(['plan'], { url: stack.url });
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /Revoking 6 of 6 tracked permissions waits .*"ckpt apply --confirm [0-9a-f]{16}" lets it through/,
    );
  });

  it('has colours where they are shown, and says what it left out and that a plan was confirmed', async () => {
    await using stack = await busyStack();
    const { stdout } = await runCkpt(['plan', '--json'], { url: stack.url });
    const document: PlanDocument = JSON.parse(stdout);
    const guarded = { id: 'feedc0de', revocations: 1, tracked: 3, letGoLately: 0, voided: null } as const;
    const guard = { ...guarded, state: 'confirmed' } as const;
    const text = showPlan({ ...document, leftOut: 7, guard }, createPaint(true), 'plan.json');
    expect(text).toContain('\u001b[32m+\u001b[39m proj_NEW');
    expect(text).toContain('\u001b[31m-\u001b[39m prod-us');
    expect(text).toContain('… and 7 changes more');
    expect(text).toContain('Revoking 1 of 3 tracked permissions was confirmed (feedc0de).');
    expect(text).toContain('carry it out with "ckpt apply plan.json"');
    const voided = 'What was confirmed as feedc0de has expired.';
    const waiting = { ...document, guard: { ...guard, state: 'waiting', voided } } as const;
    const shown = (parts: object) => {
      return showPlan({ ...waiting, guard: { ...waiting.guard, ...parts } }, createPaint(false), null);
    };
    expect(shown({})).toContain(`feedc0de" lets it through. ${voided}\n`);
    const lately = '5 more were revoked within a day, which counts with it.';
    expect(shown({ letGoLately: 5 })).toContain(`feedc0de" lets it through. ${lately} ${voided}\n`);
    // As a function of an older version answers.
    expect(shown({ letGoLately: undefined })).toContain(`feedc0de" lets it through. ${voided}\n`);
  });
});
