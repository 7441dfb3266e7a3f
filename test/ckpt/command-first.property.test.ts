import { Command } from 'commander';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandFirst } from '../../bin/ckpt/completion/command-first.ts';

/** What commander makes of a line: the command that ran, with all options and arguments. */
function parse(line: readonly string[], prepare: typeof commandFirst): unknown {
  let ran: unknown = 'nothing';
  const program = new Command('ckpt').option('--stack <name>').option('--json').exitOverride();
  program.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  const share = program
    .command('share [target...]')
    .option('--to <project...>')
    .option('--wait')
    .option('--drift <do>');
  const webhook = program.command('webhook');
  const send = webhook.command('send [job...]').option('--to <project...>').option('--wait').option('--drift <do>');
  program.command('plan').option('--out <file>');
  for (const command of [share, send]) {
    command.action(() => {
      ran = { name: command.name(), options: command.optsWithGlobals(), args: command.args };
    });
  }
  program.parse(prepare(program, line), { from: 'user' });
  return ran;
}

const NAMES = ['share', 'webhook', 'send', 'plan'];
const word = fc.constantFrom('prod-eu', 'proj_A', 'ft:a:b:c:d', ...NAMES);
const plain = fc.constantFrom('prod-eu', 'proj_A', 'plan');
const flag = fc.constantFrom(['--json'], ['--wait']);
const option = fc.oneof(
  flag,
  fc.tuple(fc.constantFrom('--stack', '--drift'), word),
  word.map((value) => [`--to=${value}`]),
  // Later values that are the command's own name could be the command as well: a person would not know either.
  fc.tuple(word, fc.array(plain, { maxLength: 2 })).map(([value, more]) => ['--to', value, ...more]),
);

test('wherever the options stand, commander reads the same line', () => {
  const path = fc.constantFrom(['share'], ['webhook', 'send']);
  const at = fc.nat(5);
  fc.assert(
    fc.property(
      path,
      fc.array(option, { maxLength: 4 }),
      fc.array(word, { maxLength: 2 }),
      at,
      at,
      (names, given, args, a, b) => {
        const [one = 0, other = 0] = [a % (given.length + 1), b % (given.length + 1)].toSorted((x, y) => x - y);
        const [group = '', name = ''] = names.length === 2 ? names : ['', ...names];
        const pieces = [
          ...given.slice(0, one),
          ...(group === '' ? [] : [[group]]),
          ...given.slice(one, other),
          [name],
          ...args.map((arg) => [arg]),
          ...given.slice(other),
        ];
        const canonical = [...names, ...args, ...given.flat()];
        expect(parse(pieces.flat(), commandFirst)).toEqual(parse(canonical, (_, line) => line));
      },
    ),
    { numRuns: 2000 },
  );
});
