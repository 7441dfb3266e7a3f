import type { Command, Option } from 'commander';

/**
 * Puts the name of the command (and of its subcommand) before all options, so that a command's own options may stand
 * before it, too: commander takes only the program's options there.
 */
export function commandFirst(program: Command, argv: readonly string[]): readonly string[] {
  const options = optionsOf(program);
  const path: string[] = [];
  const rest: string[] = [];
  let commands = program.commands;
  let isValue = false;
  for (const [index, word] of argv.entries()) {
    if (word === '--') return [...path, ...rest, ...argv.slice(index)];
    const command = isValue ? undefined : commands.find((each) => [each.name(), ...each.aliases()].includes(word));
    if (command === undefined) rest.push(word);
    else path.push(word);
    // Once a word is neither option nor command it is an argument, and so is what a command may be called after it.
    if (command !== undefined) commands = command.commands;
    else if (!isValue && !word.startsWith('-')) commands = [];
    isValue = !isValue && options.some((option) => option.required && [option.short, option.long].includes(word));
  }
  return [...path, ...rest];
}

function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...command.commands.flatMap(optionsOf)];
}
