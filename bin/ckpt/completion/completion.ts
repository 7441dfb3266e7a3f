import { fileURLToPath } from 'node:url';
import { Argument } from 'commander';
import { z } from 'zod';
import type { Told } from '../../../lambdas/shared/contract/parts.ts';
import type { CliCommand } from '../session.ts';
import { SHELLS, type Shell, writeScript } from './scripts.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/ckpt.js', import.meta.url));

const document = z
  .strictObject({
    shell: z.enum(SHELLS).describe('The shell that it is for.'),
    script: z.string().describe('To be run by that shell.'),
  })
  .describe('A script that has a shell complete commands, options and their values.');
export type CompletionDocument = Told<typeof document>;

const HELP = `
In this shell, and put into its start-up file for every one:
  bash (~/.bashrc)                    source <(npx ckpt completion bash)
  zsh (~/.zshrc, after compinit)      source <(npx ckpt completion zsh)
  fish (~/.config/fish/config.fish)   npx ckpt completion fish | source
  PowerShell ($PROFILE)               npx ckpt completion powershell | Out-String | Invoke-Expression
A shell starts faster with the script in a file, and the bash 3.2 of macOS can read it only from one:
  npx ckpt completion bash > ~/.ckpt-completion.bash    source ~/.ckpt-completion.bash
It completes "ckpt", and "npx ckpt" where nothing else completes npx, by asking the ckpt that printed it: print it again
when that has moved.`;

export const completion: CliCommand<object> = {
  document,
  define: (program) =>
    program
      .command('completion')
      .description('print a script that has a shell complete commands, options and their values')
      .addArgument(new Argument('<shell>', 'the shell it is for').choices(SHELLS))
      .addHelpText('after', HELP),

  async run(_session, _options, [name]) {
    const shell = name as Shell;
    // With whichever Node is found then: this very one may be gone after an update of Node.
    const document: CompletionDocument = { shell, script: writeScript(shell, ['node', LAUNCHER]) };
    return { document, text: () => document.script };
  },
};
