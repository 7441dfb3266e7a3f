import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandFirst } from '../../bin/ckpt/command-first.ts';

function aProgram(): Command {
  const program = new Command('ckpt').option('--stack <name>').option('--json').option('-v, --verbose [level]');
  program.command('list').option('-s, --state <state>');
  const webhook = program.command('webhook').alias('hook');
  webhook.command('send <job>').option('--duplicate').option('--to <place>');
  return program;
}

describe('commandFirst', () => {
  it.each([
    ['list --state active', 'list --state active'],
    ['--state active list', 'list --state active'],
    ['--json -s active --stack X list', 'list --json -s active --stack X'],
    ['--stack=X list', 'list --stack=X'],
    ['--stack list list', 'list --stack list'],
    ['--state list', '--state list'],
    ['--duplicate webhook --to x send ftjob-1', 'webhook send --duplicate --to x ftjob-1'],
    ['hook send webhook', 'hook send webhook'],
    ['webhook send send', 'webhook send send'],
    ['send webhook', 'send webhook'],
    ['help list', 'help list'],
    ['--json -- list', '--json -- list'],
    ['list x -- --state', 'list x -- --state'],
    ['--verbose list', 'list --verbose'],
    ['', ''],
  ])('"%s" is read as "%s"', (line, expected) => {
    const words = (text: string) => text.split(' ').filter((word) => word !== '');
    expect(commandFirst(aProgram(), words(line))).toEqual(words(expected));
  });
});
