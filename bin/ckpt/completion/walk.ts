import { Argument, type Command, Help, type Option } from 'commander';
import { oneLine } from '../text/paint.ts';
import { pathsIn, type Reading, readLine } from './command-first.ts';
import { suggestionFor } from './suggest.ts';

/** What may stand where the cursor is. */
export interface Offer {
  /** Whether names of files, or of folders only, may as well. */
  readonly paths: 'files' | 'folders' | null;
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly word: string;
  /** One line; may be empty. */
  readonly description: string;
}

/** A program, and the commands that a line has named of it. */
type Path = readonly Command[];

const help = new Help();
/** Hidden ones are for those who know them. */
const commandsOf = (command: Command) => help.visibleCommands(command);

/**
 * What may become of the word `typed` behind the words `before`, of which the first follows the program's name. A line that
 * may be several commands' yet gets the words of each.
 */
export function complete(program: Command, before: readonly string[], typed: string): Offer {
  const [lead = '', flag = ''] = before.includes('--') ? [] : (/^(--.*?)=/.exec(typed) ?? []);
  const line = lead === '' ? before : [...before, flag];
  const readings = [[], ...pathsIn(program, commandsOf)].flatMap((path) => {
    const reading = readLine(line, [program, ...path]);
    return reading === undefined ? [] : [{ ...reading, path: [program, ...path.slice(0, reading.names.length)] }];
  });
  const fewest = Math.min(...readings.map(({ unknown }) => unknown));
  const likely = readings.filter(({ unknown }) => unknown === fewest);
  const furthest = Math.max(...likely.map(({ path }) => path.length));
  const offers = likely
    .filter(({ path }) => path.length === furthest)
    .map((reading) => (lead === '' ? offerAt(reading, typed) : valuesOf(reading.open, typed.slice(lead.length), lead)));
  return merge(offers);
}

function offerAt({ path, args, behind, open, isNeeded }: Reading & { readonly path: Path }, typed: string): Offer {
  const argument = valuesOf(argumentAt(path, args.length + (behind ?? 0)), typed);
  if (behind !== null) return argument;
  const values = valuesOf(open, typed);
  if (isNeeded) return values;
  if (typed.startsWith('-')) {
    return choose(optionsAt(path).flatMap((each) => flagsOf(each).map((flag) => [flag, each.description])));
  }
  const commands = args.length > 0 ? [] : path.slice(-1).flatMap(commandsOf);
  const names = choose(commands.map((each) => [each.name(), each.summary() || each.description()]));
  return merge([values, names, argument]);
}

function merge(offers: readonly Offer[]): Offer {
  const choices = offers.flatMap((offer) => offer.choices.map((choice) => [choice.word, choice] as const));
  return { paths: offers.find(({ paths }) => paths !== null)?.paths ?? null, choices: [...new Map(choices).values()] };
}

function choose(choices: readonly (readonly [word: string, description: string])[]): Offer {
  return { paths: null, choices: choices.map(([word, description]) => ({ word, description: oneLine(description) })) };
}

/** Commander's own `help` is in no list of its; it takes the name of a command, and no options. */
function isHelp(path: Path): boolean {
  const [parent, command] = path.slice(-2);
  return command !== undefined && !parent?.commands.includes(command);
}

function argumentAt(path: Path, index: number): Argument | undefined {
  if (isHelp(path)) {
    const around = path
      .slice(-2, -1)
      .flatMap(commandsOf)
      .filter((each) => each !== path.at(-1));
    return index === 0 ? new Argument('[command]').choices(around.map((each) => each.name())) : undefined;
  }
  const all = path.at(-1)?.registeredArguments ?? [];
  return all[index] ?? all.find(({ variadic }) => variadic);
}

/** Those of a command, and of what it is in. */
function optionsAt(path: Path): readonly Option[] {
  if (isHelp(path)) return [];
  const [command, ...outer] = path.toReversed();
  const own = command === undefined ? [] : help.visibleOptions(command);
  return [...own, ...outer.flatMap(({ options }) => options.filter(({ hidden }) => !hidden))];
}

function flagsOf({ short, long }: Option): readonly string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

/** What a value is called says whether it is a file: `<file>`, `<plan-file>`, `<path>`; or a folder. */
function valuesOf(taker: Option | Argument | undefined, typed: string, lead = ''): Offer {
  if (taker === undefined) return choose([]);
  const suggestion = suggestionFor(taker);
  if (suggestion !== undefined) {
    const listed = suggestion.commas ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
    return choose(suggestion.words.map((word) => [`${lead}${listed}${word}`, '']));
  }
  const name = taker instanceof Argument ? taker.name() : taker.flags.replace(/^.*[<[]|(?:\.\.\.)?[>\]]$/g, '');
  const [, file, folder] = /(?:^|[ -])(?:(file|path)|(folder|directory))$/.exec(name) ?? [];
  return { paths: file ? 'files' : folder ? 'folders' : null, choices: [] };
}
