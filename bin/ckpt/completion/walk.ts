import { Argument, type Command, Help, type Option } from 'commander';
import { oneLine } from '../text/paint.ts';
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

const help = new Help();

/** What may become of the word `typed` behind the words `before`, of which the first follows the program's name. */
export function complete(program: Command, before: readonly string[], typed: string): Offer {
  let path: readonly Command[] = [program];
  /** The option whose value may come next, and whether it must. */
  let option: Option | undefined;
  let isNeeded = false;
  let args = 0;
  let isPlain = false;
  for (const word of before) {
    const next = args === 0 ? commandsAt(path).find((each) => namesOf(each).includes(word)) : undefined;
    if (isPlain) args++;
    else if (isNeeded) {
      isNeeded = false;
      if (!option?.variadic) option = undefined;
    } else if (/^-./.test(word)) {
      isPlain = word === '--';
      option = word.includes('=') ? undefined : optionCalled(word, path);
      isNeeded = option?.required === true;
    } else if (next !== undefined) {
      path = [...path, next];
      option = undefined;
    } else if (option === undefined) args++;
    else if (!option.variadic) option = undefined;
  }

  const argument = () => valuesOf(argumentAt(path, args), typed);
  if (isPlain) return argument();
  if (isNeeded) return valuesOf(option, typed);
  const [lead = '', flag = ''] = /^(--.*?)=/.exec(typed) ?? [];
  if (lead !== '') return valuesOf(optionCalled(flag, path), typed.slice(lead.length), lead);
  if (typed.startsWith('-'))
    return choose(optionsAt(path).flatMap((each) => flagsOf(each).map((flag) => [flag, each.description])));
  const commands =
    args > 0 ? [] : commandsAt(path).map((each) => [each.name(), each.summary() || each.description()] as const);
  const offers = [valuesOf(option, typed), choose(commands), argument()];
  return {
    paths: offers.find(({ paths }) => paths !== null)?.paths ?? null,
    choices: offers.flatMap(({ choices }) => choices),
  };
}

function choose(choices: readonly (readonly [word: string, description: string])[]): Offer {
  return { paths: null, choices: choices.map(([word, description]) => ({ word, description: oneLine(description) })) };
}

/** Hidden ones are for those who know them. */
function commandsAt(path: readonly Command[]): readonly Command[] {
  return path.slice(-1).flatMap((command) => help.visibleCommands(command));
}

function namesOf(command: Command): readonly string[] {
  return [command.name(), ...command.aliases()];
}

/** Commander's own `help` is in no list of its; it takes the name of a command, and no options. */
function isHelp(path: readonly Command[]): boolean {
  const [parent, command] = path.slice(-2);
  return command !== undefined && !parent?.commands.includes(command);
}

function argumentAt(path: readonly Command[], index: number): Argument | undefined {
  if (isHelp(path)) {
    const around = commandsAt(path.slice(0, -1)).filter((each) => each !== path.at(-1));
    return index === 0 ? new Argument('[command]').choices(around.map((each) => each.name())) : undefined;
  }
  const all = path.at(-1)?.registeredArguments ?? [];
  return all[index] ?? all.find(({ variadic }) => variadic);
}

/** Those of a command, and of what it is in. */
function optionsAt(path: readonly Command[]): readonly Option[] {
  if (isHelp(path)) return [];
  const [command, ...outer] = path.toReversed();
  const own = command === undefined ? [] : help.visibleOptions(command);
  return [...own, ...outer.flatMap(({ options }) => options.filter(({ hidden }) => !hidden))];
}

function flagsOf({ short, long }: Option): readonly string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

/**
 * The option that takes values by this flag. Before its command's name it is taken for the one of any command that takes
 * the most: a name then ends it, whichever it is.
 */
function optionCalled(flag: string, path: readonly Command[]): Option | undefined {
  const isIt = (option: Option) => flagsOf(option).includes(flag);
  const here = optionsAt(path).find(isIt);
  if (here !== undefined) return takesValues(here) ? here : undefined;
  const greed = ({ variadic, required }: Option) => 2 * Number(variadic) + Number(required);
  const elsewhere = path
    .slice(0, 1)
    .flatMap(optionsIn)
    .filter((option) => isIt(option) && takesValues(option));
  return elsewhere.toSorted((a, b) => greed(b) - greed(a))[0];
}

function takesValues({ required, optional }: Option): boolean {
  return required || optional;
}

function optionsIn(command: Command): readonly Option[] {
  return [...command.options, ...command.commands.flatMap(optionsIn)];
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
