import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { suggest } from '../../../bin/ckpt/completion/suggest.ts';
import { complete } from '../../../bin/ckpt/completion/walk.ts';
import { aProgram, SPECIAL } from './a-program.ts';

const program = aProgram();
const offered = (line: string) => {
  const words = line.split(' ').filter((word) => word !== '');
  const typed = line.endsWith(' ') ? '' : (words.pop() ?? '');
  return complete(program, words, typed);
};
const wordsOf = (line: string) => offered(line).choices.map(({ word }) => word);

/** What is offered for the value of one option or argument of a command. */
function valuesOf(taker: Option | Argument, typed = '') {
  const command = new Command('ckpt').helpOption(false);
  const { paths, choices } =
    taker instanceof Option
      ? complete(command.addOption(taker), [taker.long ?? ''], typed)
      : complete(command.addArgument(taker), [], typed);
  return paths ?? choices.map(({ word }) => word).join(' ');
}

describe('complete', () => {
  it.each([
    ['', 'list apply share webhook help'],
    ['webhook ', 'send verify help'],
    ['webhook help ', 'send verify'],
    ['help ', 'list apply share webhook'],
    ['help list ', ''],
  ])('offers the commands behind "%s", and leaves hidden ones and aliases out', (line, commands) => {
    expect(wordsOf(line).join(' ')).toBe(commands);
  });

  it('describes commands and options', () => {
    expect(offered('webhook ').choices[0]).toEqual({ word: 'send', description: 'send an event' });
    expect(offered('').choices[1]).toEqual({ word: 'apply', description: SPECIAL });
    expect(offered('list -').choices).toContainEqual({ word: '-s', description: 'only these' });
  });

  it.each([
    ['-', '-V --version --stack --json -h --help'],
    ['list -', '-s --state --sort --columns --rule --wait -h --help -V --version --stack --json'],
    ['run --', '--out --into --wait -h --help -V --version --stack --json'],
    ['share -', '--to --drift -h --help -V --version --stack --json'],
    ['webhook -', '-h --help -V --version --stack --json'],
    ['webhook send --', '--type -h --help -V --version --stack --json'],
    ['hook verify --', '--rule -h --help -V --version --stack --json'],
    ['help -', ''],
  ])('offers for "%s" the options of the command, its group and the program, but hidden ones', (line, options) => {
    expect(wordsOf(line).join(' ')).toBe(options);
  });

  it.each([
    ['list --wait ', ''],
    ['list -s ', 'active revoked revoking'],
    ['share --drift ', 'repair report'],
    ['share ft:a --drift ', 'repair report fast slow'],
    ['share ft:a --drift report ', 'fast slow'],
    ['share --to ', 'prod-eu prod-us'],
    ['share ft:a --to prod-eu ', 'prod-eu prod-us fast slow'],
    ['webhook --stack ', ''],
    ['webhook --stack send ', 'send verify help'],
  ])('knows how many values an option takes: behind "%s" may stand "%s"', (line, words) => {
    expect(wordsOf(line).join(' ')).toBe(words);
  });

  it.each([
    ['--rule a b list ', 'list apply share webhook help'],
    ['--rule list ', 'list apply share webhook help'],
    ['--rule a list ', ''],
    ['--to ', 'prod-eu prod-us'],
    ['--wait list share ', ''],
    ['list --rule a x --', '-s --state --sort --columns --rule --wait -h --help -V --version --stack --json'],
  ])('reads a line as the program will, and before a name as any command that it may be: "%s"', (line, words) => {
    expect(wordsOf(line).join(' ')).toBe(words);
  });

  it('knows which argument may be repeated', () => {
    expect(['share ', 'share a ', 'share a fast ', 'share a fast slow '].map((line) => wordsOf(line).length)).toEqual([
      0, 2, 2, 2,
    ]);
  });

  it.each([
    [new Option('--out <file>'), 'files'],
    [new Option('--out <plan-file>'), 'files'],
    [new Option('--out <path>'), 'files'],
    [new Option('--out <path...>'), 'files'],
    [new Option('--into [folder]'), 'folders'],
    [new Argument('[file...]'), 'files'],
    [new Argument('<directory>'), 'folders'],
    [new Option('--rule <name>'), ''],
    [new Option('--profile <name>'), ''],
    [new Option('--file'), ''],
    [new Argument('<profile>'), ''],
    [new Option('--a <b>').choices(['x', 'y']), 'x y'],
    [suggest(new Option('--a <file>'), ['x']), 'x'],
    [suggest(new Argument('<b>').choices(['x', 'y']), ['x']), 'x'],
  ])('finds out what may stand for the value of %o', (taker, values) => {
    expect(valuesOf(taker)).toBe(values);
  });

  it('goes on behind a comma where a value is a list', () => {
    expect(valuesOf(suggest(new Option('--a <b>'), ['x', 'y'], { commas: true }), 'y,')).toBe('y,x y,y');
    expect(valuesOf(suggest(new Option('--a <b>'), ['x', 'y']), 'y,')).toBe('x y');
  });
});

describe('suggest', () => {
  it('changes neither what a value may be nor the help', () => {
    const command = new Command('ckpt').addOption(suggest(new Option('--state <state>', 'only these'), ['active']));
    expect(command.parse(['--state', 'other'], { from: 'user' }).opts()).toEqual({ state: 'other' });
    expect(command.helpInformation()).not.toContain('active');
  });
});
