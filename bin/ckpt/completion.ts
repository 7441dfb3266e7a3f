import { Argument, type Command } from 'commander';
import { z } from 'zod';
import type { Told } from '../../lambdas/shared/contract/parts.ts';
import { bashScript } from './completion/bash.ts';
import { describeProgram, type Place } from './completion/describe.ts';
import { fishScript } from './completion/fish.ts';
import { zshScript } from './completion/zsh.ts';
import type { CliCommand } from './session.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<
  string,
  (places: readonly Place[]) => string
>;

export type Shell = keyof typeof SCRIPTS;

const document = z
  .strictObject({
    shell: z.enum(['bash', 'zsh', 'fish']).describe('The shell that it is for.'),
    script: z.string().describe('To be run by that shell.'),
  })
  .describe('A script that has a shell complete commands, options and their values.');
export type CompletionDocument = Told<typeof document>;

const HELP = `
In this shell, and put into its start-up file for every one:
  bash (~/.bashrc)                    source <(npx ckpt completion bash)
  zsh (~/.zshrc, after compinit)      source <(npx ckpt completion zsh)
  fish (~/.config/fish/config.fish)   npx ckpt completion fish | source
A shell starts faster with the script in a file, and the bash 3.2 of macOS can read it only from one:
  npx ckpt completion bash > ~/.ckpt-completion.bash    source ~/.ckpt-completion.bash
It completes "ckpt", and "npx ckpt" where nothing else completes npx. Print it again after an update.`;

export const completion: CliCommand<{ readonly program: Command }> = {
  document,
  define: (program) =>
    program
      .command('completion')
      .description('print a script that has a shell complete commands, options and their values')
      .addArgument(new Argument('<shell>', 'the shell it is for').choices(Object.keys(SCRIPTS)))
      .addHelpText('after', HELP)
      // All other commands may be defined later than this one: it is described when it is asked for.
      .setOptionValue('program', program),

  async run(_session, { program }, [shell]) {
    const document: CompletionDocument = writeCompletion(program, shell as Shell);
    return { document, text: () => document.script };
  },
};

function writeCompletion(program: Command, shell: Shell): CompletionDocument {
  return { shell, script: SCRIPTS[shell](describeProgram(program)) };
}
