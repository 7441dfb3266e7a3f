import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { apply } from './apply.ts';
import { commandFirst } from './command-first.ts';
import { CliError, debugText, toCliError } from './errors.ts';
import { list } from './list.ts';
import { oneLine } from './one-line.ts';
import { addGlobalOptions, type GlobalOptions } from './options.ts';
import { plan } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { repair } from './repair.ts';
import { type CliCommand, openSession } from './session.ts';
import { status } from './status.ts';
import type { Terminal } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const COMMANDS: readonly CliCommand<never>[] = [list, status, plan, apply, reconcile, repair];

/** Runs the CLI; comes back with its exit code: 0 done, 1 error, 2 a plan with changes. */
export async function run(argv: readonly string[], terminal: Terminal, environment: Environment): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, environment, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(commandFirst(program, argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    // Asking for the help or the version ends with an "error" of its own.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    report(error instanceof CommanderError ? usageError(error) : toCliError(error), argv, terminal, environment);
    return 1;
  }
}

function createProgram(terminal: Terminal, environment: Environment, done: (exitCode: number) => void): Command {
  const program = addGlobalOptions(
    new Command('ckpt')
      .description(
        'Operates Checkpoint Sharing: asks the operator function of a stack, which needs lambda:InvokeFunction.',
      )
      .version(manifest.version)
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {} })
      .exitOverride(),
  );
  for (const command of COMMANDS) {
    command.define(program).action(async (...given: unknown[]) => {
      const defined = given.at(-1) as Command;
      const options = program.opts<GlobalOptions>();
      const session = openSession(options, terminal, environment);
      const answer = await command.run(session, defined.opts() as never, defined.args);
      terminal.out(options.json ? `${JSON.stringify(answer.document, null, 2)}\n` : answer.text());
      done(answer.exitCode ?? 0);
    });
  }
  return program;
}

/** Whatever the rest of the line looks like, `--json` gets its one document, and people their sentences. */
function report(error: CliError, argv: readonly string[], terminal: Terminal, environment: Environment): void {
  const { name, message, next } = error;
  if (argv.includes('--json')) terminal.out(`${JSON.stringify({ error: { name, message, next } }, null, 2)}\n`);
  terminal.err(`ckpt: ${oneLine(`${message} ${next}`)}\n`);
  if (environment.CKPT_DEBUG === '1') terminal.err(`${debugText(error)}\n`);
}

function usageError({ code, message }: CommanderError): CliError {
  const text =
    code === 'commander.help' ? 'No command was given' : message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/\.?$/, '.');
  return new CliError({ name: 'UsageError', message: sentence, next: 'Run "ckpt --help" for what there is.' });
}
