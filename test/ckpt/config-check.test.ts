import { copyFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../bin/ckpt/policy/config-check.ts';
import { policyDigest } from '../../lambdas/core/policy/policy.ts';
import { aFolder } from './folder.ts';
import { policyIn } from './pins/policies.ts';
import { runCkpt } from './run-ckpt.ts';
import { runLocally } from './run-locally.ts';
import { startStack } from './stack.ts';

const EXAMPLE = fileURLToPath(new URL('../../sharing.example.yaml', import.meta.url));
const SMALL = 'version: 1\nprojects: { eu: { id: proj_EU } }\n';
const PINNED = `${SMALL}prune: true\nreconcile: { every: 2 hours }\npermissions: [{ checkpoint: ft:gpt:org::Abc, to: [eu, proj_X] }]\n`;
const BAD = 'version: 1\nprojects:\n  eu: { id: proj_EU }\nrules:\n  - name: a\n    from: eu\n    to: ue\n';

describe('ckpt config check', () => {
  it('says of sharing.yaml in the current folder what it amounts to', async () => {
    await using folder = await aFolder();
    await copyFile(EXAMPLE, folder.in('sharing.yaml'));
    const { code, stdout, stderr } = runLocally(['config', 'check'], { cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/policy [0-9a-f]{12}\n/, 'policy DIGEST\n')).toMatchInlineSnapshot(`
      "sharing.yaml is valid, policy DIGEST

      Sources
      research (proj_AAA), lab (proj_DDD)

      Targets
      staging (proj_EEE), prod-eu (proj_BBB), prod-us (proj_CCC), proj_FFF

      Rules
      RULE                          FROM           JOBS                                                     CHECKPOINTS           EXPIRES     DRIFT   TO
      everything to staging         research, lab  all                                                      final                 after 90 d  report  staging
      support models to production  research       baseModel gpt-4o-mini*, suffix support-*, stage=release  final                 -           repair  prod-eu, prod-us
      best of each classifier       lab            suffix classify-*                                        best full_valid_loss  -           repair  prod-eu, proj_FFF

      Pins
      CHECKPOINT                                   TO
      ft:gpt-4o-mini-2024-07-18:org-xyz::ABcDeFgH  prod-eu

      Pruning
      off: what no rule wants any more is kept

      Reconcile
      every 15 min, 2 verifications a minute, audit log auto
      "
    `);
  });

  it('says so of a policy without rules, and of one that prunes', () => {
    const small = runLocally(['config', 'check', '-'], { input: SMALL });
    expect(small.stdout).toMatch(/^Standard input is valid, policy [0-9a-f]{12}\n/);
    expect(small.stdout).toContain('Sources\nnone\n\nTargets\nnone\n\nRules\nnone\n\nPins\nnone\n\nPruning\noff: ');
    const pinned = runLocally(['config', 'check', '-'], { input: PINNED });
    expect(pinned.stdout).toContain('Targets\neu (proj_EU), proj_X\n');
    expect(pinned.stdout).toMatch(/Pins\nCHECKPOINT +TO\nft:gpt:org::Abc +eu, proj_X\n\nPruning\non: /);
    expect(pinned.stdout).toContain('Reconcile\nevery 2 h, 2 verifications a minute, audit log auto\n');
  });

  it('with --json prints one document', () => {
    const { code, stdout } = runLocally(['config', '--json', 'check', '-'], { input: PINNED });
    expect(code).toBe(0);
    const to = [
      { project: 'eu', projectId: 'proj_EU' },
      { project: null, projectId: 'proj_X' },
    ];
    expect(JSON.parse(stdout)).toEqual({
      valid: true,
      file: '-',
      mistakes: [],
      warnings: [],
      digest: policyDigest(policyIn(PINNED)),
      summary: {
        sources: [],
        targets: to,
        rules: [],
        pins: [{ checkpoint: 'ft:gpt:org::Abc', to }],
        prune: true,
        reconcile: { everySeconds: 7200, verifyPerMinute: 2, auditLog: 'auto' },
      },
    });
  });

  it('prints every mistake with its line, and ends with 1', async () => {
    await using folder = await aFolder();
    await writeFile(folder.in('bad.yaml'), BAD);
    const { code, stdout, stderr } = runLocally(['config', 'check', 'bad.yaml'], { cwd: folder.path });
    expect(code).toBe(1);
    expect(stderr).toBe('ckpt: bad.yaml has 2 mistakes. Mend what is listed, then check again.\n');
    expect(stdout).toMatch(
      /^bad\.yaml:6:11 rules\[0\]\.from: projects\.eu has no source[^\n]+\nbad\.yaml:7:9 [^\n]+\n$/,
    );
  });

  it('with --json has the mistakes in the one document', () => {
    const { code, stdout, stderr } = runLocally(['config', 'check', '-', '--json'], { input: 'version: 1\n' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      file: '-',
      mistakes: [{ line: 1, column: 1, path: 'projects', message: expect.stringContaining('missing') }],
      warnings: [],
      digest: null,
      summary: null,
    });
    expect(stderr).toBe('ckpt: Standard input has a mistake. Mend what is listed, then check again.\n');
  });

  it('prints what is probably not meant with its line, in text and in the document, and ends with 0', () => {
    const input = `${SMALL.replace('}', ', source: {} }')}rules: [{ name: "a\u00A0b", from: eu, to: proj_X }]\n`;
    const { code, stdout, stderr } = runLocally(['config', 'check', '-'], { input });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Standard input is valid, policy \w+\n-:3:19 rules\[0\]\.name: warning: an invisible character/,
    );
    const json = JSON.parse(runLocally(['config', 'check', '-', '--json'], { input }).stdout);
    expect(json).toMatchObject({
      valid: true,
      mistakes: [],
      warnings: [{ line: 3, column: 19, path: 'rules[0].name' }],
    });
  });

  it('reads UTF-16, and says where a file is no UTF-8', () => {
    const valid = runLocally(['config', 'check', '-'], { input: Buffer.from(`\uFEFF${SMALL}`, 'utf16le') });
    expect(valid).toMatchObject({ code: 0, stderr: '' });
    const latin1 = runLocally(['config', 'check', '-'], { input: Buffer.from(`${SMALL}# ü\n`, 'latin1') });
    expect(latin1.stdout).toMatch(/^-:3:3 bytes that are no UTF-8[^\n]+\n$/);
    expect(latin1.code).toBe(1);
  });

  it('says what to do where there is no file', async () => {
    await using folder = await aFolder();
    const none = runLocally(['config', 'check'], { cwd: folder.path });
    expect(none).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'ckpt: There is no file sharing.yaml. Copy sharing.example.yaml to sharing.yaml and put your projects in, or name another file.\n',
    });
    expect(runLocally(['config', 'check', '']).stderr).toContain('No file is named: the name is empty. Name a policy');
    const other = runLocally(['config', 'check', folder.path, '--json']);
    expect(JSON.parse(other.stdout)).toMatchObject({
      error: {
        message: `${folder.path} is a folder, not a file.`,
        next: expect.stringContaining('Name a policy file'),
      },
    });
  });
});

describe('ckpt config check --deployed', () => {
  it.each([
    ['the same policy', PINNED, 0, true],
    ['one that differs only in what is not compared', PINNED.replace('2 hours', '1 hour'), 0, true],
    ['another policy', SMALL, 1, false],
  ])('finds in the stack %s', async (_, deployed, code, same) => {
    await using folder = await aFolder();
    await writeFile(folder.in('p.yaml'), PINNED);
    await using stack = await startStack({ policy: policyIn(deployed) });
    const args = ['--deployed', 'config', 'check', folder.in('p.yaml')];
    const [text, json] = await Promise.all([
      runCkpt(args, { url: stack.url }),
      runCkpt([...args, '--json'], { url: stack.url }),
    ]);
    expect(text).toMatchObject({ code, stderr: '' });
    const digest = policyDigest(policyIn(deployed));
    expect(text.stdout).toContain(
      same
        ? '\nDeployed\nCheckpointSharing in eu-west-1 shares by these rules and pins; other settings were not compared\n'
        : `\nDeployed\nCheckpointSharing in eu-west-1 shares by another policy, ${digest.slice(0, 12)}: deploy this one`,
    );
    const document: ConfigDocument = JSON.parse(json.stdout);
    expect(json.code).toBe(code);
    expect(document).toMatchObject({
      valid: true,
      deployed: { stack: 'CheckpointSharing', region: 'eu-west-1', digest, same },
    });
  });

  it('does not ask where there are mistakes, and fails where nobody answers', async () => {
    await using folder = await aFolder();
    await writeFile(folder.in('bad.yaml'), BAD);
    await writeFile(folder.in('good.yaml'), SMALL);
    await using stack = await startStack();
    const check = (name: string, ...more: string[]) =>
      runCkpt(['config', 'check', folder.in(name), '--deployed', ...more], { url: stack.url });
    expect(await check('bad.yaml')).toMatchObject({ code: 1 });
    expect(stack.invocations).toEqual([]);
    const failed = await check('good.yaml', '--stack', 'Other');
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('There is no function Other-operator');
  });
});
