import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { answer } from './completion/answer.ts';
import { commandFirst } from './completion/command-first.ts';
import { completion } from './completion/completion.ts';
import { COMPLETE } from './completion/scripts.ts';
import { doctor } from './doctor/doctor.ts';
import { CliError, debugText, type ErrorDocument, toCliError } from './errors.ts';
import { explain } from './jobs/explain.ts';
import { checkpoints, jobs } from './jobs/jobs.ts';
import { show } from './jobs/show.ts';
import { adminKeysCreate, adminKeysDelete, adminKeysList, adminKeysShow } from './keys/admin-keys.ts';
import {
  projectKeysCreate,
  projectKeysDelete,
  projectKeysList,
  projectKeysShow,
  projectKeysUpdate,
} from './keys/project-keys.ts';
import { sourcesConnect, sourcesDisconnect } from './keys/sources.ts';
import { addGlobalOptions, type GlobalOptions } from './options.ts';
import { refuseKeys } from './pasted-key.ts';
import { adopt } from './permissions/adopt.ts';
import { forget, ignore } from './permissions/hold.ts';
import { list } from './permissions/list.ts';
import { revoke } from './permissions/revoke.ts';
import { repair, share } from './permissions/share.ts';
import { verify } from './permissions/verify.ts';
import { apply } from './plan/apply.ts';
import { plan } from './plan/plan.ts';
import { reconcile } from './plan/reconcile.ts';
import { configCheck } from './policy/config-check.ts';
import { migrateTerraform } from './policy/migrate-terraform.ts';
import { type CliCommand, openSession } from './session.ts';
import { setup } from './setup/setup.ts';
import { events } from './system/events.ts';
import { pause, resume } from './system/pause.ts';
import { redrive } from './system/redrive.ts';
import { status } from './system/status.ts';
import { version } from './system/version.ts';
import type { Terminal } from './terminal.ts';
import { oneLine } from './text/paint.ts';
import { ui } from './ui/ui.ts';
import { webhookSend } from './webhook/send.ts';
import { webhookVerify } from './webhook/verify.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Every command, in the order of the help. */
export const COMMANDS: readonly CliCommand<never>[] = [
  list,
  status,
  plan,
  apply,
  reconcile,
  repair,
  share,
  revoke,
  show,
  explain,
  adopt,
  forget,
  ignore,
  jobs,
  checkpoints,
  events,
  pause,
  resume,
  redrive,
  verify,
  doctor,
  setup,
  webhookSend,
  webhookVerify,
  configCheck,
  migrateTerraform,
  adminKeysList,
  adminKeysShow,
  adminKeysCreate,
  adminKeysDelete,
  projectKeysList,
  projectKeysShow,
  projectKeysCreate,
  projectKeysUpdate,
  projectKeysDelete,
  sourcesConnect,
  sourcesDisconnect,
  ui,
  version,
  completion,
];

/** Runs the CLI; comes back with its exit code: 0 done, 1 error, 2 a plan with changes. */
export async function run(argv: readonly string[], terminal: Terminal, environment: Environment): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, environment, (code) => {
    exitCode = code;
  });
  if (argv[0] === COMPLETE) {
    terminal.out(answer(program, argv.slice(1)));
    return 0;
  }
  try {
    refuseKeys(argv);
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
      .addHelpText('after', '\nThe documents that --json prints are described in schemas/ckpt/.')
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
      await answer.until;
      done(answer.exitCode ?? 0);
    });
  }
  return program;
}

/** Whatever the rest of the line looks like, `--json` gets its one document, and people their sentences. */
function report(error: CliError, argv: readonly string[], terminal: Terminal, environment: Environment): void {
  const { name, message, next, lines } = error;
  const document: ErrorDocument = { error: { name, message: [message, ...lines].join('\n'), next } };
  if (argv.includes('--json')) terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  for (const line of lines) terminal.err(`${oneLine(line)}\n`);
  terminal.err(`ckpt: ${oneLine(`${message} ${next}`)}\n`);
  if (environment.CKPT_DEBUG === '1') terminal.err(`${debugText(error)}\n`);
}

function usageError({ code, message }: CommanderError): CliError {
  const text =
    code === 'commander.help' ? 'No command was given' : message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/(?<![.?])$/, '.');
  return new CliError({ name: 'UsageError', message: sentence, next: 'Run "ckpt --help" for what there is.' });
}
