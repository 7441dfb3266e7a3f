import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../../bin/ckpt/completion/answer.ts';
import { type Shell, writeScript } from '../../../bin/ckpt/completion/scripts.ts';
import { aProgram, SPECIAL } from './a-program.ts';
import { isFound, startCompletion } from './complete.ts';

const PROGRAM = fileURLToPath(new URL('answer-of-a-program.ts', import.meta.url));

/** In one file, as it is started for each line in each shell: that halves what a start takes. */
const folder = await mkdtemp(join(tmpdir(), 'ckpt-answer-'));
const bundled = join(folder, 'answer.cjs');
await build({ entryPoints: [PROGRAM], outfile: bundled, bundle: true, platform: 'node', logLevel: 'warning' });
afterAll(() => rm(folder, { recursive: true }));

const scriptFor = (shell: Shell) => writeScript(shell, [process.execPath, bundled]);

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
  ['bash', ['-n'], ['--norc']],
  ['zsh', ['-n'], ['-f']],
  ['fish', ['--no-execute'], ['--no-config']],
] as const)('completion in %s', (shell, onlyRead, noSettings) => {
  // bash is on every machine that this runs on; the others are where somebody uses them.
  const found = shell === 'bash' || isFound(shell);
  let at: Awaited<ReturnType<typeof startCompletion>>;
  const completed = new Map<string, readonly string[]>();

  beforeAll(async () => {
    at = await startCompletion(shell, scriptFor(shell));
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
});

describe('descriptions', () => {
  it('come to zsh as they are, with words and colons told apart', () => {
    const [, apply] = answer(aProgram(), ['zsh', 'ckpt', '']).split('\n').slice(1);
    expect(apply).toBe(`apply:${SPECIAL.replaceAll('\\', '\\\\')}`);
    const values = answer(aProgram(), ['zsh', 'ckpt', 'list', '--sort', '']);
    expect(values).toBe(':\nshared\nshared\\:desc\nstate\n');
  });

  it('come to PowerShell behind a tab, for the words that fit', () => {
    expect(answer(aProgram(), ['powershell', 'ckpt', '=app'])).toBe(`:\napply\t${SPECIAL}\n`);
    expect(answer(aProgram(), ['powershell', 'npx', 'ckpt', 'webhook', '='])).toMatch(/^:\nsend\t.*\nverify\t/);
  });

  it.runIf(isFound('fish'))('come to fish as they are', async () => {
    await using at = await startCompletion('fish', scriptFor('fish'));
    const { stdout } = await at.run('--no-config', '-c', 'source ./script; complete -C "ckpt app"');
    expect(stdout).toBe(`apply\t${SPECIAL}\n`);
  });
});

describe('a script', () => {
  it.each([
    ['bash', `node '/it'\\''s/ckpt.js' __complete bash`],
    ['zsh', `node '/it'\\''s/ckpt.js' __complete zsh`],
    ['fish', `node '/it\\'s/ckpt.js' __complete fish`],
    ['powershell', `& node '/it''s/ckpt.js' __complete powershell`],
  ] as const)('for %s asks the program where it is, whatever the folder is called', (shell, asked) => {
    expect(writeScript(shell, ['node', "/it's/ckpt.js"])).toContain(asked);
  });
});

describe('answer', () => {
  const key = `sk-proj-${'a'.repeat(30)}`;
  it.each([
    ['a key in the line', ['bash', 'ckpt', 'list', '--columns', `${key},`], ':\n'],
    ['a key behind an option', ['fish', 'ckpt', `--columns=${key},`], ':\n'],
    ['a shell that nobody knows', ['tcsh', 'ckpt', ''], ':\n'],
    ["somebody else's program", ['bash', 'npx', 'vitest', 'ckpt', ''], ':files\n'],
    ['npx with nothing behind it', ['bash', 'npx', '--yes'], ':files\n'],
  ])('to %s says nothing that is not to be said', (_, line, said) => {
    expect(answer(aProgram(), line)).toBe(said);
  });
});
