import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../bin/ckpt/errors.ts';
import { collectProjects, separate } from '../../bin/ckpt/permissions/targets.ts';

const FINAL = 'ft:gpt-4o:org::AbC';

/** What a command with `--to <project...>` and a target makes of a line. */
function given(line: string) {
  const command = new Command()
    .argument('[target...]')
    .option('--to <project...>', 'with these', collectProjects)
    .option('--yes')
    .parse(line.split(' '), { from: 'user' });
  return separate(command.args, command.opts<{ to?: readonly string[] }>().to);
}

function refusal(value: string): CliError {
  try {
    collectProjects(value);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error(`${value} was taken`);
}

describe('collectProjects', () => {
  it.each([
    ['--to prod-eu', ['prod-eu']],
    ['--to prod-eu prod-us', ['prod-eu', 'prod-us']],
    ['--to prod-eu,prod-us', ['prod-eu', 'prod-us']],
    ['--to prod-eu, prod-us', ['prod-eu', 'prod-us']],
    ['--to prod-eu --to proj_A,prod-us --to=x --to y z', ['prod-eu', 'proj_A', 'prod-us', 'x', 'y', 'z']],
    ['--to b,a,b --to a', ['b', 'a']],
    ['--to sk-prod', ['sk-prod']],
  ])('"%s" names %j', (line, projects) => {
    expect(given(line)).toEqual({ args: [], projects });
  });

  it.each(['Prod', 'prod_eu', 'proj_', '-x', 'prod eu', 'a'.repeat(64)])(
    'refuses %j, and says what to write',
    (word) => {
      expect(refusal(`prod-us,${word}`)).toMatchObject({
        name: 'ProjectError',
        message: `"${word}" is no project.`,
        next: 'Write an alias (small letters, digits and hyphens) or a project id (proj_…), more than one with commas or spaces between them.',
      });
    },
  );

  it.each(['', ',', ' , '])('refuses %j, which names none', (word) => {
    expect(refusal(word).message).toBe(`"${word}" is no project.`);
  });

  it.each(['sk-proj-AbC', 'sk-abcdefghijklmnopqrstuv', 'whsec_AbC', 'x=sk-abcdefghijklmnopqrstuv'])(
    'refuses the key %s without repeating it',
    (word) => {
      const { name, message, next } = refusal(`prod-eu,${word}`);
      expect(name).toBe('PastedKeyError');
      expect(message + next).not.toContain(word);
    },
  );
});

describe('separate', () => {
  it.each([
    [`--to prod-eu prod-us ${FINAL}`, [FINAL], ['prod-eu', 'prod-us']],
    [`--to prod-eu ${FINAL} prod-us cp_1`, [FINAL, 'cp_1'], ['prod-eu', 'prod-us']],
    [`${FINAL} --to prod-eu cp_1 ftjob-1`, [FINAL, 'cp_1', 'ftjob-1'], ['prod-eu']],
    ['--to prod-eu ftckpt_1', ['ftckpt_1'], ['prod-eu']],
    [`--to prod-eu ${FINAL}:prod-us`, [`${FINAL}:prod-us`], ['prod-eu']],
    [`--to prod-eu --yes ${FINAL}`, [FINAL], ['prod-eu']],
    [`--to ${FINAL}`, [FINAL], []],
    [`--to a ${FINAL} ${FINAL}`, [FINAL, FINAL], ['a']],
    ['--to a ft:gpt,4o:org::AbC', ['ft:gpt,4o:org::AbC'], ['a']],
    [FINAL, [FINAL], []],
  ])('"%s" has the arguments %j and the projects %j', (line, args, projects) => {
    expect(given(line)).toEqual({ args, projects });
  });
});
