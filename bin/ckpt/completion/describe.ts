import { type Argument, type Command, Help, type Option } from 'commander';
import { oneLine } from '../text/paint.ts';
import { suggestionFor } from './suggest.ts';

/** What may stand for a value. */
export type Values =
  | { readonly kind: 'anything' | 'files' | 'folders' }
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly commas: boolean };

/** How many values an option takes: `some` = one or none, `many` = one or more, `any` = none or more. */
export type Count = 'none' | 'one' | 'some' | 'many' | 'any';

export interface DescribedOption {
  /** As they are typed: `-s`, `--state`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takes: Count;
  readonly values: Values;
}

export interface DescribedArgument {
  readonly repeats: boolean;
  readonly values: Values;
}

/** A command by the names it is called; the first is its own, the others are aliases. */
export interface DescribedCommand {
  readonly names: readonly string[];
  readonly description: string;
  /** The place to which its name leads. */
  readonly place: string;
}

/** Where on the line one is: behind the program's name, or behind that of a group or a command. */
export interface Place {
  /** The names that lead there, with spaces between them; empty for the program itself. */
  readonly name: string;
  readonly commands: readonly DescribedCommand[];
  readonly arguments: readonly DescribedArgument[];
  /** Its own, and those of what it is in. */
  readonly options: readonly DescribedOption[];
}

/** All that may be typed behind the name of a program, place by place, the program's own first. */
export function describeProgram(program: Command): readonly Place[] {
  return placesIn(program, '', []);
}

const help = new Help();

function placesIn(command: Command, name: string, inherited: readonly Option[]): readonly Place[] {
  const commands = help.visibleCommands(command).map((each) => ({ each, place: `${name} ${each.name()}`.trim() }));
  const here: Place = {
    name,
    commands: commands.map(({ each, place }) => ({
      names: [each.name(), ...each.aliases()],
      description: oneLine(each.summary() || each.description()),
      place,
    })),
    arguments: command.registeredArguments.map((argument) => ({
      repeats: argument.variadic,
      values: valuesOf(argument, argument.name()),
    })),
    options: [...help.visibleOptions(command), ...inherited].map(describeOption),
  };
  const passedOn = [...command.options.filter(({ hidden }) => !hidden), ...inherited];
  const known = commands.filter(({ each }) => command.commands.includes(each));
  const inside = known.flatMap(({ each, place }) => placesIn(each, place, passedOn));
  // Commander's own `help [command]` is in no list of its; it knows nothing else.
  const words = known.map(({ each }) => each.name());
  const helpers = commands.filter(({ each }) => !command.commands.includes(each));
  const ofHelp = helpers.map(({ place }): Place => {
    return { name: place, commands: [], arguments: [{ repeats: false, values: oneOf(words) }], options: [] };
  });
  return [here, ...inside, ...ofHelp];
}

function oneOf(words: readonly string[]): Values {
  return { kind: 'words', words, commas: false };
}

function describeOption(option: Option): DescribedOption {
  const [, valueName = ''] = /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(option.flags) ?? [];
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: oneLine(option.description),
    takes: countOf(option),
    values: valuesOf(option, valueName),
  };
}

function countOf({ required, optional, variadic }: Option): Count {
  if (required) return variadic ? 'many' : 'one';
  if (optional) return variadic ? 'any' : 'some';
  return 'none';
}

/** What a value is called says whether it is a file: `<file>`, `<plan-file>`, `<path>`; or a folder. */
function valuesOf(taker: Option | Argument, name: string): Values {
  const suggestion = suggestionFor(taker);
  if (suggestion !== undefined) return { kind: 'words', ...suggestion };
  if (/(?:^|[ -])(?:file|path)$/.test(name)) return { kind: 'files' };
  if (/(?:^|[ -])(?:folder|directory)$/.test(name)) return { kind: 'folders' };
  return { kind: 'anything' };
}
