import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandFirst } from '../../bin/ckpt/completion/command-first.ts';

function aProgram(): Command {
  const program = new Command('ckpt').option('--stack <name>').option('--json').option('-v, --verbose [level]');
  program.command('list').option('-s, --state <state>');
  program.command('plan').option('--out <file>');
  program.command('share [target...]').option('--to <project...>').option('--wait').option('--note [word...]');
  program.command('events').option('--wait <time>');
  const webhook = program.command('webhook').alias('hook');
  webhook.command('send <job>').option('--duplicate').option('--to <place>');
  webhook.command('verify').option('--from <project...>');
  return program;
}

const words = (text: string) => text.split(' ').filter((word) => word !== '');
const first = (line: string) => commandFirst(aProgram(), words(line)).join(' ');

describe('commandFirst', () => {
  it.each([
    ['list --state active', 'list --state active'],
    ['--state active list', 'list --state active'],
    ['--json -s active --stack X list', 'list --json -s active --stack X'],
    ['-sactive list', 'list -sactive'],
    ['--stack=X list', 'list --stack=X'],
    ['--stack list list', 'list --stack list'],
    ['--state list', '--state list'],
    ['--state --json list', 'list --state --json'],
    ['--json -- list', '--json -- list'],
    ['list x -- --state', 'list x -- --state'],
    ['--verbose list', 'list --verbose'],
    ['--verbose high list', 'list --verbose high'],
    ['--verbose high plan list', 'plan list --verbose high'],
    ['- list', '- list'],
    ['', ''],
  ])('"%s" is read as "%s"', (line, expected) => {
    expect(first(line)).toBe(expected);
  });

  it.each([
    ['share --to a b ft:1', 'share --to a b ft:1'],
    ['--to a share', 'share --to a'],
    ['--to a b share', 'share --to a b'],
    ['--to=a share ft:1', 'share --to=a ft:1'],
    ['--to share share', 'share --to share'],
    ['--to a share share', 'share share --to a'],
    ['--to plan share', 'share --to plan'],
    ['--to a plan list share', 'share --to a plan list'],
    ['share --to a share plan', 'share --to a share plan'],
    ['share plan --to list', 'share plan --to list'],
    ['--note share ft:1', 'share ft:1 --note'],
    ['--note list share', 'share --note list'],
  ])('an option that takes any number of values leaves its command alone: "%s" is read as "%s"', (line, expected) => {
    expect(first(line)).toBe(expected);
  });

  it.each([
    ['--to a share ft:1', 'share ft:1 --to a'],
    ['--to a b share ft:1 ft:2', 'share ft:1 ft:2 --to a b'],
    ['--to a share ft:1 --wait --to b', 'share ft:1 --to a --wait --to b'],
    ['--to a share --wait ft:1', 'share ft:1 --to a --wait'],
    ['--to a --json share ft:1', 'share ft:1 --to a --json'],
    ['share --to a --stack X ft:1', 'share ft:1 --to a --stack X'],
    ['share ft:1 --to a --json ft:2 --wait ft:3', 'share ft:1 ft:2 ft:3 --to a --json --wait'],
    ['share --to a ft:1 --json ft:2', 'share ft:2 --to a ft:1 --json'],
    ['--to a share ft:1 -- x', 'share ft:1 --to a -- x'],
    ['--to a share -- x', 'share --to a -- x'],
    ['--verbose share ft:1', 'share ft:1 --verbose'],
  ])('an option swallows no arguments but those right behind it: "%s" is read as "%s"', (line, expected) => {
    expect(first(line)).toBe(expected);
  });

  it.each([
    ['--duplicate webhook --to x send ftjob-1', 'webhook send --duplicate --to x ftjob-1'],
    ['--json hook send ftjob-1', 'hook send --json ftjob-1'],
    ['--to send webhook send ftjob-1', 'webhook send --to send ftjob-1'],
    ['webhook --to webhook send ftjob-1', 'webhook send --to webhook ftjob-1'],
    ['--from send webhook verify', 'webhook verify --from send'],
    ['--from a send webhook verify', 'webhook verify --from a send'],
    ['webhook --from a send verify x', 'webhook verify x --from a send'],
    ['--from a webhook verify x', 'webhook verify x --from a'],
    ['hook send webhook', 'hook send webhook'],
    ['webhook send send', 'webhook send send'],
    ['send webhook', 'send webhook'],
    ['--json webhook', 'webhook --json'],
    ['--json webhook no-such', 'webhook --json no-such'],
    ['--help webhook send', 'webhook send --help'],
    ['webhook -h send', 'webhook send -h'],
  ])('a group is followed to its subcommand: "%s" is read as "%s"', (line, expected) => {
    expect(first(line)).toBe(expected);
  });

  it.each([
    ['--wait 5m events', 'events --wait 5m'],
    ['--wait share ft:1', 'share --wait ft:1'],
    ['--wait share events', 'share --wait events'],
    ['--to plan webhook send ftjob-1', 'webhook send --to plan ftjob-1'],
  ])('whether an option takes a value is its own command to say: "%s" is read as "%s"', (line, expected) => {
    expect(first(line)).toBe(expected);
  });

  it.each([
    ['help list'],
    ['--json help webhook'],
    ['lst'],
    ['--to a lst'],
    ['--staet active list'],
    ['--state'],
    ['--wait events share'],
    ['webhook --bogus x send'],
  ])('"%s" is left to commander, which says what is wrong with it', (line) => {
    expect(first(line)).toBe(line);
  });

  it('an option that nobody has does not hide the command', () => {
    expect(first('--staet list')).toBe('list --staet');
    expect(first('--staet=active list')).toBe('list --staet=active');
  });
});
