import type { Command, Option } from 'commander';

/**
 * Puts the name of the command (and of its subcommand) before all options, so that a command's own options may stand
 * before it, too: commander takes only the program's options there. Where an option takes any number of values, the
 * arguments go before it: else commander makes values of those that stand behind the name, or behind one of the
 * program's options. A line in which no command is found stays as it is.
 */
export function commandFirst(program: Command, argv: readonly string[]): readonly string[] {
  const [best] = pathsIn(program)
    .flatMap((path) => read(argv, [program, ...path]) ?? [])
    .sort((a, b) => a.unknown - b.unknown || start(a) - start(b) || b.names.length - a.names.length);
  if (best === undefined) return argv;
  const first = best.greedy ? [...best.names, ...best.args] : best.names;
  return [...first.map((index) => argv[index] ?? ''), ...argv.filter((_, index) => !first.includes(index))];
}

/** A line as one command's; words are given by where they stand. */
interface Reading {
  readonly names: readonly number[];
  /** What is neither name nor option nor value, before any `--`. */
  readonly args: readonly number[];
  /** How many options before its name it does not have. */
  readonly unknown: number;
  /** Whether one of its options takes what comes, as long as it is no option. */
  readonly greedy: boolean;
}

/**
 * Reads a line with the options of the commands that lead to one: which words are values, and so no command, depends on
 * them. Undefined when the line is not this command's: another word comes where its name should.
 */
function read(argv: readonly string[], [program, ...path]: readonly Command[]): Reading | undefined {
  const options = [program, ...path].flatMap((command) => command?.options ?? []);
  const [names, args]: [number[], number[]] = [[], []];
  let unknown = 0;
  let greedy = false;
  /** The option whose values may follow, and how many it has. */
  let option: Option | undefined;
  let values = 0;
  for (const [index, word] of argv.entries()) {
    const takes = option !== undefined && (values === 0 || option.variadic);
    if (takes && values === 0 && option?.required) values++;
    else if (word === '--') break;
    else if (isOption(word)) {
      const known = options.find((each) => isFlagOf(word, each));
      if (known === undefined && names.length < path.length && !isKnown(word, options)) unknown++;
      option = known?.required || known?.optional ? known : undefined;
      greedy ||= known?.variadic === true || known?.optional === true;
      values = 0;
    } else if (isNameOf(word, path[names.length])) {
      names.push(index);
      option = undefined;
    } else if (takes) values++;
    else if (names.length === path.length) args.push(index);
    else return undefined;
  }
  return names.length === path.length ? { names, args, unknown, greedy } : undefined;
}

function start({ names }: Reading): number {
  return names[0] ?? 0;
}

function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-');
}

function isFlagOf(flag: string, { short, long }: Option): boolean {
  return flag === short || flag === long;
}

/** Also with its value in the same word: `--state=active`, `-sactive`. */
function isKnown(word: string, options: readonly Option[]): boolean {
  const flag = word.startsWith('--') ? word.replace(/=.*/s, '') : word.slice(0, 2);
  return flag === '--help' || flag === '-h' || options.some((option) => isFlagOf(flag, option));
}

function isNameOf(word: string, command: Command | undefined): boolean {
  return command !== undefined && [command.name(), ...command.aliases()].includes(word);
}

/** Every command and subcommand, as the way that leads to it. */
function pathsIn(command: Command): readonly (readonly Command[])[] {
  return command.commands.flatMap((each) => [[each], ...pathsIn(each).map((path) => [each, ...path])]);
}
