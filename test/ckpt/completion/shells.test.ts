import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bashScript } from '../../../bin/ckpt/completion/bash.ts';
import { describeProgram } from '../../../bin/ckpt/completion/describe.ts';
import { fishScript } from '../../../bin/ckpt/completion/fish.ts';
import { zshScript } from '../../../bin/ckpt/completion/zsh.ts';
import { aProgram, SPECIAL } from './a-program.ts';
import { isFound, startCompletion } from './complete.ts';

/** A line, and what its last word may become. */
const CASES: readonly (readonly [line: string, words: string])[] = [
  ['ckpt ', 'apply help list share webhook'],
  ['ckpt l', 'list'],
  ['ckpt webhook ', 'help send verify'],
  ['ckpt hook s', 'send'],
  ['ckpt --json webhook --stack X s', 'send'],
  ['ckpt help ', 'apply list share webhook'],
  ['ckpt help web', 'webhook'],
  ['ckpt internal --st', '--stack'],

  ['ckpt --s', '--stack'],
  ['ckpt list --s', '--sort --stack --state'],
  ['ckpt list x --st', '--stack --state'],
  ['ckpt list --wait --json --so', '--sort'],
  ['ckpt webhook send --', '--help --json --stack --type --version'],
  ['ckpt webhook --', '--help --json --stack --version'],
  ['ckpt run --in', '--into'],

  ['ckpt list --state a', 'active'],
  ['ckpt list -s ', 'active revoked revoking'],
  ['ckpt list --state=r', '--state=revoked --state=revoking'],
  ['ckpt list --state=', '--state=active --state=revoked --state=revoking'],
  ['ckpt --state a', 'active'],
  ['ckpt --state active l', 'list'],
  ['ckpt --state=active l', 'list'],
  ['ckpt --rule list l', 'list'],
  ['ckpt --rule a b webhook v', 'verify'],
  ['ckpt --rule a b hook verify --js', '--json'],
  ['ckpt list --rule --json --so', '--sort'],
  ['ckpt webhook send job --type s', 'succeeded'],
  ['ckpt list --sort shared', 'shared shared:desc'],
  ['ckpt list --sort shared:', 'shared:desc'],
  ['ckpt list --sort=shared:d', '--sort=shared:desc'],
  ['ckpt list --rule a:b=c::d --state a', 'active'],
  ['ckpt list --columns state,s', 'state,source state,state'],
  ['ckpt list --columns=state,p', '--columns=state,project'],
  ['ckpt list --rule ', ''],
  ['ckpt list --wait=x --state=', '--state=active --state=revoked --state=revoking'],

  ['ckpt list ', ''],
  ['ckpt lst ', ''],
  ['ckpt share ft:a ', 'fast slow'],
  ['ckpt share ft:a fast s', 'slow'],
  ['ckpt share ft:a --json s', 'slow'],
  ['ckpt share -- ft:a s', 'slow'],
  ['ckpt -- l', ''],

  ['ckpt share --to ', 'prod-eu prod-us'],
  ['ckpt share --to prod-eu prod-u', 'prod-us'],
  ['ckpt share --to prod-eu --js', '--json'],
  ['ckpt --to share share --dr', '--drift'],
  ['ckpt --to prod-eu prod-us share --dr', '--drift'],
  ['ckpt --to prod-eu sh', 'share'],
  ['ckpt share --drift re', 'repair report'],
  ['ckpt share --drift --js', '--json'],
  ['ckpt --drift share ft:a s', 'slow'],
  ['ckpt apply --wait ', ''],

  ['ckpt apply st', 'state.json'],
  ['ckpt apply --out st', 'state.json'],
  ['ckpt apply --out=st', '--out=state.json'],
  ['ckpt apply --into su', 'subfolder'],
  ['ckpt apply --into st', ''],

  ['npx ckpt l', 'list'],
  ['npx --yes ckpt list --state a', 'active'],

  // Words that a shell would make something else of.
  ['ckpt list --rule $(touch$IFS./owned) --state a', 'active'],
  ['ckpt list --rule `touch$IFS./owned` * ? --state a', 'active'],
  ['ckpt list --rule \\" --state a', 'active'],
  ["ckpt list --rule \\' --state a", 'active'],
];

describe.each([
  ['bash', bashScript, ['-n'], ['--norc']],
  ['zsh', zshScript, ['-n'], ['-f']],
  ['fish', fishScript, ['--no-execute'], ['--no-config']],
] as const)('completion in %s', (shell, write, onlyRead, noSettings) => {
  // bash is on every machine that this runs on; the others are where somebody uses them.
  const found = shell === 'bash' || isFound(shell);
  const script = write(describeProgram(aProgram()));
  let at: Awaited<ReturnType<typeof startCompletion>>;
  const completed = new Map<string, readonly string[]>();

  beforeAll(async () => {
    at = await startCompletion(shell, script);
    await writeFile(join(at.folder, 'state.json'), '');
    await mkdir(join(at.folder, 'subfolder'));
    const lines = CASES.map(([line]) => line);
    const answers = found ? await at.complete(lines) : [];
    for (const [index, words] of answers.entries()) completed.set(lines[index] ?? '', words);
  }, 120_000);
  afterAll(() => at[Symbol.asyncDispose]());

  it.runIf(found).each(CASES)('"%s" may become: %s', (line, words) => {
    // Whether a folder ends in a slash is each shell's own way.
    expect(completed.get(line)?.map((word) => word.replace(/\/$/, ''))).toEqual(words === '' ? [] : words.split(' '));
  });

  it.runIf(found)('runs nothing that stands in a line', async () => {
    expect(await readdir(at.folder)).not.toContain('owned');
  });

  it.runIf(found)('is a script without mistakes, which says and does nothing when it is read', async () => {
    expect(await at.run(...onlyRead, './script')).toEqual({ stdout: '', stderr: '' });
    expect(await at.run(...noSettings, '-c', 'source ./script')).toEqual({ stdout: '', stderr: '' });
    expect(await readdir(at.folder)).not.toContain('owned');
  });

  it.each(['', 'list', 'apply', 'share', 'webhook', 'webhook send', 'webhook verify'])(
    'has all that there is at "%s"',
    (name) => {
      const place = describeProgram(aProgram()).find((each) => each.name === name);
      const words = [
        ...(place?.commands.flatMap(({ names }) => names) ?? []),
        ...(place?.options.flatMap(({ flags }) => flags) ?? []),
      ];
      expect(words).not.toEqual([]);
      for (const word of words) expect(script).toMatch(new RegExp(`[\\s('":]${word}[\\s)'":|\\t]`));
    },
  );
});

describe('descriptions', () => {
  it.runIf(isFound('zsh'))('come to zsh as they are, with words and colons told apart', async () => {
    await using at = await startCompletion('zsh', zshScript(describeProgram(aProgram())));
    const { stdout } = await at.run('-f', '-c', 'source ./script; _ckpt_commands ""; print -rl -- $choices');
    expect(stdout.split('\n')[1]).toBe(`apply:${SPECIAL.replaceAll('\\', '\\\\')}`);
    const values = await at.run('-f', '-c', 'source ./script; _ckpt_flag list --sort; print -rl -- $choices');
    expect(values.stdout).toBe('shared\nshared\\:desc\nstate\n');
  });

  it.runIf(isFound('fish'))('come to fish as they are', async () => {
    await using at = await startCompletion('fish', fishScript(describeProgram(aProgram())));
    const { stdout } = await at.run('--no-config', '-c', 'source ./script; complete -C "ckpt app"');
    expect(stdout).toBe(`apply\t${SPECIAL}\n`);
  });
});
