import type { Command, Option } from 'commander';

/**
 * Puts the name of the command (and of its subcommand) before all options, so that a command's own options may stand
 * before it, too: commander takes only the program's options there. Where an option takes any number of values, the
 * arguments go before it: else commander makes values of those that stand behind the name, or behind one of the
 * program's options. A line in which no command is found stays as it is.
 */
export function commandFirst(program: Command, argv: readonly string[]): readonly string[] {
  const [best] = pathsIn(program)
    .flatMap((path) => readLine(argv, [program, ...path]) ?? [])
    .filter(({ isWhole }) => isWhole)
    .sort((a, b) => a.unknown - b.unknown || start(a) - start(b) || b.names.length - a.names.length);
  if (best === undefined) return argv;
  const first = best.greedy ? [...best.names, ...best.args] : best.names;
  return [...first.map((index) => argv[index] ?? ''), ...argv.filter((_, index) => !first.includes(index))];
}

/** A line as one command's; words are given by where they stand. */
export interface Reading {
  readonly names: readonly number[];
  /** Whether no name is missing yet. */
  readonly isWhole: boolean;
  /** What is neither name nor option nor value, before any `--`. */
  readonly args: readonly number[];
  /** How many words follow a `--`; null where there is none. */
  readonly behind: number | null;
  /** How many options before its name it does not have. */
  readonly unknown: number;
  /** Whether one of its options takes what comes, as long as it is no option. */
  readonly greedy: boolean;
  /** The option that may take a word that followed; whether it would have to. */
  readonly open: Option | undefined;
  readonly isNeeded: boolean;
}

/**
 * Reads a line with the options of the commands that lead to one, the program first: which words are values, and so no
 * command, depends on them. Undefined when the line is not this command's: another word comes where its name should.
 */
export function readLine(argv: readonly string[], path: readonly Command[]): Reading | undefined {
  const options = path.flatMap((command) => command.options);
  const [names, args]: [number[], number[]] = [[], []];
  let unknown = 0;
  let greedy = false;
  let behind: number | null = null;
  /** The option whose values may follow, and how many it has. */
  let option: Option | undefined;
  let values = 0;
  const takes = () => option !== undefined && (values === 0 || option.variadic);
  const isNeeded = () => option?.required === true && values === 0;
  for (const [index, word] of argv.entries()) {
    const next = path[names.length + 1];
    if (isNeeded()) values++;
    else if (word === '--') {
      behind = argv.length - index - 1;
      break;
    } else if (isOption(word)) {
      const known = options.find((each) => isFlagOf(word, each));
      const isBefore = path[names.length]?.commands.length !== 0;
      if (known === undefined && isBefore && !isKnown(word, options)) unknown++;
      option = known?.required || known?.optional ? known : undefined;
      greedy ||= known?.variadic === true || known?.optional === true;
      values = 0;
    } else if (isNameOf(word, next)) {
      names.push(index);
      option = undefined;
    } else if (takes()) values++;
    else if (next === undefined) args.push(index);
    else return undefined;
  }
  const isWhole = names.length === path.length - 1;
  return { names, isWhole, args, behind, unknown, greedy, open: takes() ? option : undefined, isNeeded: isNeeded() };
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

type CommandsOf = (command: Command) => readonly Command[];

/** Every command and subcommand, as the way that leads to it. */
export function pathsIn(
  command: Command,
  within: CommandsOf = ({ commands }) => commands,
): readonly (readonly Command[])[] {
  return within(command).flatMap((each) => [[each], ...pathsIn(each, within).map((path) => [each, ...path])]);
}
