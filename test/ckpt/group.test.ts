import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { group } from '../../bin/ckpt/options.ts';
import { runLocally } from './run-locally.ts';

describe('a group of commands', () => {
  it('is made once, and found after that', () => {
    const program = new Command('ckpt');
    const made = group(program, 'config', 'look at policy files');
    expect(group(program, 'config', 'other words')).toBe(made);
    expect(program.commands.map((command) => `${command.name()}: ${command.description()}`)).toEqual([
      'config: look at policy files',
    ]);
  });

  it.each([[['migrate']], [['config']], [['--stack', 'X', 'config']]])(
    '%j alone shows its help, and is a mistake as a bare "ckpt" is',
    (args) => {
      const { code, stdout, stderr } = runLocally(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^Usage: ckpt (migrate|config) .*Global Options:.*Commands:/s);
      expect(stderr).toMatch(/\nckpt: No command was given\. Run "ckpt --help" for what there is\.\n$/);
    },
  );

  it('alone with --json says so in the one document', () => {
    const { code, stdout } = runLocally(['--json', 'migrate']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'UsageError' } });
  });

  it.each([
    [['config', '--help'], /^Usage: ckpt config /],
    [['help', 'config'], /^Usage: ckpt config /],
    [['config', 'help', 'check'], /^Usage: ckpt config check .*--deployed/s],
    [['migrate', 'terraform', '--help'], /^Usage: ckpt migrate terraform .*<file>.*--out <file>/s],
  ])('%j asks for its help, which is no mistake', (args, expected) => {
    const { code, stdout, stderr } = runLocally(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(expected);
  });

  it.each([
    [['config', 'chekc'], "ckpt: Unknown command 'chekc' (Did you mean check?)."],
    [['migrate', 'terraform'], "ckpt: Missing required argument 'file'."],
    [['migrate', 'terraform', 'a', 'b'], "ckpt: Too many arguments for 'terraform'."],
    [['migrate', 'terraform', 'a', '--out', '-'], 'Leave it out to have the pins printed.'],
    [['migrate', 'terraform', 'a', '--out', ''], 'The name of the file is empty.'],
  ])('%j is a mistake, and says which', (args, message) => {
    const { code, stdout, stderr } = runLocally(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });
});
