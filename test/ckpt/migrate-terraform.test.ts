import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aFolder } from './folder.ts';
import { policyIn } from './pins/policies.ts';
import { runLocally } from './run-locally.ts';
import {
  aGrant,
  aResource,
  aShown,
  aShowOutput,
  aStateFile,
  CANARY,
  CHECKPOINT,
  KEY_CANARY,
  OTHER,
  PERMISSION,
} from './terraform/states.ts';

const PINS = [
  { checkpoint: CHECKPOINT, to: ['proj_EU', 'proj_US', 'proj_X'] },
  { checkpoint: OTHER, to: ['proj_EU'] },
];
const STATE = aStateFile([
  aResource(),
  aResource(aGrant({ id: `${CHECKPOINT}:proj_X`, checkpoint_id: '' }), { name: 'imported' }),
  aResource(aGrant({ checkpoint_id: OTHER, project_ids: ['proj_EU'] }), { name: 'other' }),
]);
const ORPHANED = aResource(aGrant({ checkpoint_id: '' }), { name: 'orphan' });

describe('ckpt migrate terraform', () => {
  it('prints a section for sharing.yaml, which is a policy with the rest of one', () => {
    const { code, stdout, stderr } = runLocally(['migrate', 'terraform', '-'], { input: STATE });
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        '# For sharing.yaml: what a Terraform state has of openai_fine_tuning_checkpoint_permission.',
        'permissions:',
        `  - checkpoint: ${CHECKPOINT}`,
        '    to: [proj_EU, proj_US, proj_X]',
        `  - checkpoint: ${OTHER}`,
        '    to: [proj_EU]',
        '',
      ].join('\n'),
    );
    expect(policyIn(`version: 1\nprojects: {}\n${stdout}`).permissions).toEqual(PINS);
    expect(stderr).toMatch(/^A refresh makes the provider forget all but one project of a resource: [^\n]+\.\n$/);
  });

  it('with --json prints one document, and tells people of problems beside it', () => {
    const input = aShowOutput([aShown(), aShown(aGrant({ checkpoint_id: '' }), { name: 'orphan' })]);
    const { code, stdout, stderr } = runLocally(['--json', 'migrate', 'terraform', '-'], { input });
    expect(code).toBe(0);
    const address = `${PERMISSION}.orphan`;
    expect(JSON.parse(stdout)).toEqual({
      permissions: [{ checkpoint: CHECKPOINT, to: ['proj_EU', 'proj_US'] }],
      problems: [{ address, message: expect.stringMatching(/^The state does not say which checkpoint .*cp_1.*\.$/) }],
    });
    expect(stderr).toMatch(/^openai_\w+\.orphan: The state does not say which checkpoint it is for[^\n]+\.\n$/);
  });

  it('of a state with nothing to migrate is an empty section, and no failure', () => {
    const { code, stdout, stderr } = runLocally(['migrate', 'terraform', '-'], { input: aStateFile([]) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'There is no checkpoint permission in this state.\n' });
    expect(parse(stdout)).toEqual({ permissions: [] });
  });

  it('of a state in which nothing says enough to be a pin is a failure', () => {
    const { code, stdout } = runLocally(['migrate', 'terraform', '-', '--json'], { input: aStateFile([ORPHANED]) });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ permissions: [], problems: [{ address: `${PERMISSION}.orphan` }] });
  });

  it('of a file that is no state says so, and writes nothing', async () => {
    await using folder = await aFolder();
    await writeFile(folder.in('main.tf'), 'resource "x" "y" {\n}\n');
    const { code, stdout, stderr } = runLocally(['migrate', 'terraform', 'main.tf', '--out', 'a'], {
      cwd: folder.path,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^ckpt: main\.tf is written in Terraform's own language[^\n]+ Run "terraform state pull > /);
    const json = runLocally(['migrate', 'terraform', 'none', '--json'], { cwd: folder.path });
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { name: 'FileError', message: 'There is no file none.' } });
    expect(await readdir(folder.path)).toEqual(['main.tf']);
  });
});

it('ckpt migrate terraform never shows what else a state holds', () => {
  const held = [
    aResource(),
    ORPHANED,
    aResource(aGrant({ id: CANARY, checkpoint_id: KEY_CANARY, project_ids: [CANARY] })),
  ];
  const whole = aStateFile(held);
  for (const input of [
    whole,
    whole.slice(0, -1),
    `${whole}\n${KEY_CANARY}`,
    JSON.stringify({ [CANARY]: KEY_CANARY }),
  ]) {
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = runLocally(['migrate', 'terraform', '-', ...more], { input, debug: true });
      expect(stdout + stderr).not.toMatch(/canary/);
      expect(stderr).not.toBe('');
    }
  }
});

describe('ckpt migrate terraform --out', () => {
  it('makes the file, adds to it, and changes nothing when run again', async () => {
    await using folder = await aFolder();
    const { path: cwd } = folder;
    await writeFile(folder.in('a.tfstate'), aStateFile([aResource()]));
    await writeFile(folder.in('b.tfstate'), STATE);
    const run = (state: string) => runLocally(['--out', 'sharing.yaml', 'migrate', 'terraform', state], { cwd });

    const first = run('a.tfstate');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^Made sharing\.yaml with 2 permissions of 1 checkpoint\.\n.*terraform state rm/s);
    expect(runLocally(['config', 'check'], { cwd })).toMatchObject({ code: 0, stderr: '' });

    const second = run('b.tfstate');
    expect(second.stdout).toMatch(/^Added 2 permissions of 2 checkpoints to sharing\.yaml\.\n/);
    const text = await readFile(folder.in('sharing.yaml'), 'utf8');
    expect(policyIn(text).permissions).toEqual([
      { checkpoint: CHECKPOINT, to: ['proj_EU', 'proj_US'] },
      { checkpoint: CHECKPOINT, to: ['proj_X'] },
      { checkpoint: OTHER, to: ['proj_EU'] },
    ]);

    const third = run('b.tfstate');
    expect(third).toMatchObject({
      code: 0,
      stdout: 'There is nothing to add to sharing.yaml; it was left as it is.\n',
    });
    expect(await readFile(folder.in('sharing.yaml'), 'utf8')).toBe(text);
    expect((await readdir(cwd)).sort()).toEqual(['a.tfstate', 'b.tfstate', 'sharing.yaml']);
  });

  it('with --json says what was written beside all that the state holds', async () => {
    await using folder = await aFolder();
    const { path: cwd } = folder;
    const there = `version: 1\nprojects: { eu: { id: proj_EU } }\npermissions: [{ checkpoint: ${OTHER}, to: eu }]\n`;
    await writeFile(folder.in('p.yaml'), there);
    const { code, stdout } = runLocally(['migrate', 'terraform', '-', '--out', 'p.yaml', '--json'], {
      cwd,
      input: STATE,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      permissions: PINS,
      problems: [],
      written: { file: 'p.yaml', created: false, added: [PINS[0]] },
    });
    expect(await readFile(folder.in('p.yaml'), 'utf8')).toContain('to: [ eu, proj_US, proj_X ]');
  });

  it('refuses a file with mistakes, and leaves it as it is', async () => {
    await using folder = await aFolder();
    await writeFile(folder.in('p.yaml'), 'version: 1\n');
    const options = { cwd: folder.path, input: STATE };
    const { code, stderr } = runLocally(['migrate', 'terraform', '-', '--out', 'p.yaml'], options);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'ckpt: p.yaml has a mistake in it, so nothing was added. See "ckpt config check p.yaml", mend it, and repeat the command.\n',
    );
    expect(await readFile(folder.in('p.yaml'), 'utf8')).toBe('version: 1\n');
  });
});
