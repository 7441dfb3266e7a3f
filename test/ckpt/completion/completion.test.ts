import { describe, expect, it } from 'vitest';
import type { Shell } from '../../../bin/ckpt/completion/scripts.ts';
import { run } from '../../../bin/ckpt/program.ts';
import type { Terminal } from '../../../bin/ckpt/terminal.ts';
import { PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import { LAUNCHER, runCkpt } from '../run-ckpt.ts';
import { startCompletion } from './complete.ts';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish', 'powershell'];

/** Runs the CLI in this process, with nothing in its environment: it can ask nobody. */
async function runHere(...args: readonly string[]) {
  let [stdout, stderr] = ['', ''];
  const terminal: Terminal = {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    columns: null,
    color: false,
    watched: false,
    ask: null,
  };
  return { code: await run(args, terminal, {}), stdout, stderr };
}

async function printed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The commands that a help lists. */
function commandsIn(help: string): readonly string[] {
  const [, list = ''] = /\nCommands:\n(.*?)(?:\n\n|$)/s.exec(help) ?? [];
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).toSorted();
}

/** The words of an answer to a script. */
function offeredIn(answer = ''): readonly string[] {
  const words = answer.split('\n').slice(1, -1);
  return words.map((word) => word.replace(/[:\t].*/, '')).toSorted();
}

describe('ckpt completion', () => {
  it.each(SHELLS)('prints the script for %s, which asks this very program', async (shell) => {
    const script = await printed('completion', shell);
    expect(script).toContain(`made by "ckpt completion ${shell}"`);
    expect(script).toContain(`${LAUNCHER}' __complete ${shell}`);
  });

  it.each(SHELLS)('has %s offer every command that the help lists', async (shell) => {
    const [answer, help] = await Promise.all([
      printed('__complete', shell, 'ckpt', '='.repeat(Number(shell === 'powershell'))),
      printed('--help'),
    ]);
    const commands = commandsIn(help);
    expect(commands).toEqual(expect.arrayContaining(['list', 'status', 'plan', 'completion', 'help']));
    expect(offeredIn(answer)).toEqual(commands);
  });

  it.each(SHELLS)('with --json prints the same script for %s in a document', async (shell) => {
    const [json, script] = await Promise.all([printed('--json', 'completion', shell), printed('completion', shell)]);
    expect(JSON.parse(json)).toEqual({ shell, script });
  });

  it('has bash complete what there is', async () => {
    const [script, help] = await Promise.all([printed('completion', 'bash'), printed('--help')]);
    await using at = await startCompletion('bash', script);
    const lines = [
      'ckpt ',
      'ckpt li',
      'ckpt list --state ',
      'ckpt --state=act',
      'ckpt list --sort verified:',
      'ckpt completion ',
    ];
    expect(await at.complete(lines)).toEqual([
      commandsIn(help),
      ['list'],
      PERMISSION_STATES.toSorted(),
      ['--state=active'],
      ['verified:desc'],
      SHELLS.toSorted(),
    ]);
  });

  it('offers every subcommand and option that a help lists', async () => {
    const commands = commandsIn(await printed('--help')).filter((name) => name !== 'help');
    for (const name of commands) {
      const help = await printed(name, '--help');
      const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag = '']) => flag);
      const offered = await Promise.all(['', '--'].map((typed) => printed('__complete', 'bash', 'ckpt', name, typed)));
      expect(offeredIn(offered[0])).toEqual(expect.arrayContaining([...commandsIn(help)]));
      expect(offeredIn(offered[1])).toEqual([...new Set(flags)].toSorted());
    }
  });

  it('prints the same in a process of its own, where there is no AWS', async () => {
    const env = { AWS_REGION: undefined, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const { code, stdout, stderr } = await runCkpt(['completion', 'bash'], { launcher: LAUNCHER, env });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: await printed('completion', 'bash'), stderr: '' });
  });

  it('says which shells there are to who names another', async () => {
    const { code, stdout, stderr } = await runHere('completion', 'tcsh');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(
      "'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish, powershell.",
    );
  });

  it.each([
    'source <(npx ckpt completion bash)',
    'source <(npx ckpt completion zsh)',
    'npx ckpt completion fish | source',
    'npx ckpt completion powershell | Out-String | Invoke-Expression',
  ])('says in its help how it is installed: %s', async (line) => {
    expect(await printed('completion', '--help')).toContain(line);
  });
});
