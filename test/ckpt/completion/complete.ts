import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Shell } from '../../../bin/ckpt/completion/scripts.ts';

const execute = promisify(execFile);

const TYPE_IN_ZSH = fileURLToPath(new URL('type-in-zsh.zsh', import.meta.url));

/** Whether this machine has the shell. */
export function isFound(shell: RunShell): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

/** A folder with a completion script in it, in which a real shell completes lines; nobody's own settings are read. */
export async function startCompletion(shell: RunShell, script: string) {
  const folder = await mkdtemp(join(tmpdir(), 'ckpt-completion-'));
  await writeFile(join(folder, 'script'), script);
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: folder, TERM: 'dumb' };
  const run = (...args: readonly string[]) => execute(shell, args, { cwd: folder, env, timeout: 60_000 });
  return {
    folder,
    run,
    /** What the last word of each line may become. */
    complete: (lines: readonly string[]) => COMPLETE[shell](lines, run),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** Those whose completion can be run from outside. */
type RunShell = Exclude<Shell, 'powershell'>;

type Run = (...args: readonly string[]) => Promise<{ readonly stdout: string }>;
type Complete = (lines: readonly string[], run: Run) => Promise<readonly (readonly string[])[]>;

const COMPLETE: Readonly<Record<RunShell, Complete>> = {
  bash: (lines, run) => oneByOne(lines, (line) => completeInBash(line, run)),
  zsh: completeInZsh,
  fish: (lines, run) => oneByOne(lines, (line) => completeInFish(line, run)),
};

/** Each starts a shell, and the shell a program. */
async function oneByOne<Result>(lines: readonly string[], work: (line: string) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const line of lines) results.push(await work(line));
  return results;
}

/** Hands over the words as readline does: taken apart at ":" and "=", of which the last piece is replaced. */
async function completeInBash(line: string, run: Run): Promise<readonly string[]> {
  const typed = line.split(' ');
  const words = typed.flatMap((word) => (word === '' ? [''] : word.split(/([:=]+)/).filter((piece) => piece !== '')));
  const program = `source ./script
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _ckpt
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('--norc', '-c', program, 'bash', ...words);
  const [word = '', piece = ''] = [typed.at(-1), words.at(-1)];
  const kept = /^[:=]/.test(piece) ? word : word.slice(0, word.length - piece.length);
  return sorted(stdout.split('\n').map((reply) => reply && `${kept}${reply}`));
}

async function completeInFish(line: string, run: Run): Promise<readonly string[]> {
  const { stdout } = await run('--no-config', '-c', 'source ./script; complete -C $argv[1]', line);
  return sorted(stdout.split('\n').map((each) => each.replace(/\t.*/, '')));
}

/** All in one terminal, as starting one takes long. */
async function completeInZsh(lines: readonly string[], run: Run): Promise<readonly (readonly string[])[]> {
  const { stdout } = await run('-f', TYPE_IN_ZSH, ...lines);
  const matches = stdout.split('\n').map((match) => match.split('\t'));
  return lines.map((_, index) =>
    sorted(matches.flatMap(([line, word = '']) => (Number(line) === index ? [word] : []))),
  );
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].filter((each) => each !== '').toSorted();
}
