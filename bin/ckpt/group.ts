import type { Command } from 'commander';

/**
 * The command of this name that only holds subcommands; made by whoever asks for it first. Called without one of them
 * it shows its help and ends as a mistake, as `ckpt` itself does.
 */
export function group(program: Command, name: string, description: string): Command {
  const made = program.commands.find((command) => command.name() === name);
  return made ?? program.command(name).description(description);
}
