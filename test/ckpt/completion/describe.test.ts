import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeProgram } from '../../../bin/ckpt/completion/describe.ts';
import { flagsOf } from '../../../bin/ckpt/completion/flags.ts';
import { suggest } from '../../../bin/ckpt/completion/suggest.ts';
import { aProgram } from './a-program.ts';

const places = describeProgram(aProgram());
const placeNamed = (name: string) => places.find((place) => place.name === name);
const optionOf = (name: string, flag: string) => placeNamed(name)?.options.find(({ flags }) => flags.includes(flag));

/** What is said of one option or argument of a command. */
function valuesOf(taker: Option | Argument) {
  const command = new Command('ckpt').helpOption(false);
  const [place] = describeProgram(taker instanceof Option ? command.addOption(taker) : command.addArgument(taker));
  return taker instanceof Option ? place?.options[0]?.values : place?.arguments[0]?.values;
}

describe('describeProgram', () => {
  it('has a place for the program, and for each command, subcommand and help', () => {
    expect(places.map(({ name }) => name)).toEqual([
      '',
      'list',
      'apply',
      'share',
      'webhook',
      'webhook send',
      'webhook verify',
      'webhook help',
      'help',
    ]);
  });

  it('tells the commands of a place with their aliases, and leaves hidden ones out', () => {
    expect(placeNamed('')?.commands.map(({ names }) => names.join(' '))).toEqual([
      'list',
      'apply run',
      'share',
      'webhook hook',
      'help',
    ]);
    expect(placeNamed('webhook')?.commands[0]).toEqual({
      names: ['send'],
      description: 'send an event',
      place: 'webhook send',
    });
  });

  it('tells the options of a command, of its group and of the program, and leaves hidden ones out', () => {
    const flags = (name: string) => placeNamed(name)?.options.flatMap((option) => option.flags);
    expect(flags('webhook send')).toEqual(['--type', '-h', '--help', '-V', '--version', '--stack', '--json']);
    expect(flags('')).toEqual(['-V', '--version', '--stack', '--json', '-h', '--help']);
  });

  it.each([
    ['list', '--wait', 'none'],
    ['list', '-s', 'one'],
    ['share', '--drift', 'some'],
    ['share', '--to', 'many'],
    ['webhook send', '--stack', 'one'],
  ])('tells how many values %s %s takes: %s', (name, flag, takes) => {
    expect(optionOf(name, flag)?.takes).toBe(takes);
  });

  it('offers the names of the commands to help', () => {
    expect(placeNamed('help')?.arguments).toEqual([
      { repeats: false, values: { kind: 'words', words: ['list', 'apply', 'share', 'webhook'], commas: false } },
    ]);
  });

  it('tells which argument may be repeated', () => {
    expect(placeNamed('share')?.arguments.map(({ repeats }) => repeats)).toEqual([false, true]);
  });

  it.each([
    [new Option('--out <file>'), { kind: 'files' }],
    [new Option('--out <plan-file>'), { kind: 'files' }],
    [new Option('--out <path>'), { kind: 'files' }],
    [new Option('--into [folder]'), { kind: 'folders' }],
    [new Argument('[file...]'), { kind: 'files' }],
    [new Argument('<directory>'), { kind: 'folders' }],
    [new Option('--rule <name>'), { kind: 'anything' }],
    [new Option('--profile <name>'), { kind: 'anything' }],
    [new Option('--file'), { kind: 'anything' }],
    [new Argument('<profile>'), { kind: 'anything' }],
    [new Option('--a <b>').choices(['x', 'y']), { kind: 'words', words: ['x', 'y'], commas: false }],
    [suggest(new Option('--a <file>'), ['x']), { kind: 'words', words: ['x'], commas: false }],
    [suggest(new Option('--a <b>'), ['x'], { commas: true }), { kind: 'words', words: ['x'], commas: true }],
    [suggest(new Argument('<b>').choices(['x', 'y']), ['x']), { kind: 'words', words: ['x'], commas: false }],
  ])('finds out what may stand for the value of %o', (taker, values) => {
    expect(valuesOf(taker)).toEqual(values);
  });
});

describe('suggest', () => {
  it('changes neither what a value may be nor the help', () => {
    const command = new Command('ckpt').addOption(suggest(new Option('--state <state>', 'only these'), ['active']));
    expect(command.parse(['--state', 'other'], { from: 'user' }).opts()).toEqual({ state: 'other' });
    expect(command.helpInformation()).not.toContain('active');
  });
});

describe('flagsOf', () => {
  const flags = new Map(flagsOf(places).map((each) => [each.flag, each]));

  it('tells the flags that take a value somewhere', () => {
    expect([...flags.keys()].toSorted()).toEqual([
      '--columns',
      '--drift',
      '--into',
      '--out',
      '--rule',
      '--sort',
      '--stack',
      '--state',
      '--to',
      '--type',
      '--wait',
      '-s',
    ]);
  });

  it('tells them once where they mean the same everywhere', () => {
    expect(flags.get('--stack')).toEqual({
      flag: '--stack',
      exceptions: [],
      elsewhere: { takes: 'one', values: { kind: 'anything' } },
    });
  });

  it('takes one that takes differently many for the one that takes the most', () => {
    const rule = flags.get('--rule');
    expect(rule?.elsewhere.takes).toBe('many');
    expect(rule?.exceptions.map(({ place, taking }) => `${place}: ${taking.takes}`)).toEqual(['list: one']);
  });

  it('tells the places in which they mean something else', () => {
    expect(flags.get('--wait')).toEqual({
      flag: '--wait',
      exceptions: [{ place: 'list', taking: { takes: 'none', values: { kind: 'anything' } } }],
      elsewhere: { takes: 'one', values: { kind: 'anything' } },
    });
  });
});
