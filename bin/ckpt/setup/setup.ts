import type { CheckedKeys } from '../../../lambdas/shared/contract/operator.ts';
import { ask, type Patience, timeoutOption, waitUntil } from '../ask.ts';
import { askDoctor } from '../doctor/ask-doctor.ts';
import { doctor } from '../doctor/doctor.ts';
import { CliError } from '../errors.ts';
import { connectSource, showConnected } from '../keys/sources.ts';
import { waitForReconcile } from '../plan/wait-for-reconcile.ts';
import { showSettled } from '../plan/wait-text.ts';
import type { Answer, CliCommand, Session } from '../session.ts';
import { oneLine } from '../text/paint.ts';
import { readGivenKey, settleAdminKey } from './admin-key.ts';
import { agree } from './agree.ts';

interface SetupOptions extends Patience {
  readonly adminKeyStdin?: true;
  readonly yes?: true;
}

/**
 * From a deployed stack with empty secrets to a shared checkpoint. Each step looks at what is there and does what is missing,
 * so that it goes on wherever it was broken off, and does nothing where all is done. A key's value is typed or piped in, goes
 * straight into its secret, and is in no argument, variable, log or answer.
 */
export const setup: CliCommand<SetupOptions> = {
  document: doctor.document,
  define: (program) =>
    timeoutOption(
      program
        .command('setup')
        .description('take a deployed stack with empty secrets to a shared checkpoint; asks for the admin key')
        .option('--admin-key-stdin', 'take the admin key from standard input, and do not ask for it')
        .option('--yes', 'ask nothing: replace an admin key that works by the one given, make what is missing'),
    ).addHelpText('after', HELP),

  async run(session, { adminKeyStdin, yes = false, timeout: timeoutMs }): Promise<Answer> {
    const given = adminKeyStdin === true ? await readGivenKey(session.terminal) : null;
    const checked = await ask(session, { command: 'check-keys', version: null }, { timeoutMs });
    await settleAdminKey(session, checked.adminKey, { given, yes, timeoutMs });
    const mayShare = await tellWhatIsMissing(session, timeoutMs);
    await agreeToMake(session, checked, yes);
    let failed = false;
    const tried = async (work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        failed = true;
        session.terminal.err(`${oneLine(`${error.message} ${error.next}`)}\n`);
      }
    };
    for (const source of withOwnSecrets(checked.sources)) await tried(() => setUpSource(session, source, timeoutMs));
    if (mayShare) await tried(() => shareNow(session, timeoutMs));
    const answer = await doctor.run(session, { webhookTest: true, timeout: timeoutMs }, []);
    return failed ? { ...answer, exitCode: 1 } : answer;
  },
};

const HELP = `
Stores the admin key, makes a project key for each source whose secret is empty, connects each source,
shares what is to be shared, and ends as "ckpt doctor" does. Broken off anywhere it goes on when it is
run again; when all is done it changes nothing and asks nothing. Besides lambda:InvokeFunction on the
operator and the keys function it takes secretsmanager:PutSecretValue on the secret of the admin key.`;

/** Names what the admin key may not do, and what that costs; gives back whether anything can be shared. */
async function tellWhatIsMissing(session: Session, timeoutMs: number): Promise<boolean> {
  const { checked } = await askDoctor(session, timeoutMs, ['admin-key']);
  for (const { state, message, mend } of checked.findings) {
    if (state === 'good') continue;
    session.terminal.err(`${oneLine([message, mend].filter((part) => part !== null).join(' '))}\n`);
  }
  return checked.findings.every(({ state }) => state !== 'bad');
}

type Source = CheckedKeys['sources'][number];

/** A secret holds one key: of sources that share one, the first gets it, and doctor says what is wrong with that. */
function withOwnSecrets(sources: readonly Source[]): readonly Source[] {
  return sources.filter(
    ({ secret }, at) => secret === null || sources.findIndex((each) => each.secret === secret) === at,
  );
}

/** On a terminal only: where nothing is overwritten, and nobody is there to be asked, whoever sets up wants it. */
async function agreeToMake(session: Session, { sources }: CheckedKeys, yes: boolean): Promise<void> {
  const empty = sources.filter(({ isEmpty }) => isEmpty);
  if (empty.length === 0 || session.terminal.ask === null) return;
  const names = empty.map(({ source }) => source).join(', ');
  await agree(session, yes, {
    what: `No project key is stored for ${names}: one will be made for each at OpenAI, on a service account of its project, and may do all that the project may.`,
    question: 'Make it?',
    next: `Put a project key of your own into ${empty.map(({ secret }) => secret).join(', ')}; then set up again.`,
  });
}

async function setUpSource(session: Session, { source, secret, isEmpty }: Source, timeoutMs: number): Promise<void> {
  if (isEmpty && secret !== null) await makeProjectKey(session, { source, secret }, timeoutMs);
  const connected = await connectWithNewKey(session, source, timeoutMs);
  session.terminal.err(showConnected(connected));
}

async function makeProjectKey(
  session: Session,
  { source, secret }: { readonly source: string; readonly secret: string },
  timeoutMs: number,
): Promise<void> {
  const serviceAccount = `Checkpoint Sharing ${session.stack}`;
  const name = `${serviceAccount}/${source}`;
  const order = { project: source, serviceAccount, name, scopes: null, expiresInSeconds: null, secret };
  try {
    const { id } = await ask(session, { command: 'create-project-key', ...order }, { timeoutMs });
    session.terminal.err(`${id} (${name}) was made; its value is in ${secret}.\n`);
  } catch (error) {
    // A setup that was broken off may have had it made meanwhile.
    const { sources } = await ask(session, { command: 'check-keys', version: null }, { timeoutMs });
    if (sources.find((each) => each.source === source)?.isEmpty !== false) throw error;
  }
}

const NEW_KEY_WORKS_WITHIN_MS = 20_000;
const TRY_AGAIN_MS = 2_000;

/** A key that was just made may take a moment to work at OpenAI. */
function connectWithNewKey(session: Session, source: string, timeoutMs: number) {
  return waitUntil(session, session.now() + NEW_KEY_WORKS_WITHIN_MS, async () => {
    try {
      return { result: await connectSource(session, source, timeoutMs) };
    } catch (error) {
      if (!(error instanceof CliError) || error.name !== 'BadCredentialsError') throw error;
      const tooLate = () => {
        throw error;
      };
      return { inMs: TRY_AGAIN_MS, line: `${oneLine(error.message)} Trying again …`, tooLate };
    }
  });
}

/** Finds the jobs that have ended already, and comes back when all that came of them is done; a long history goes on by itself. */
async function shareNow(session: Session, timeoutMs: number): Promise<void> {
  try {
    session.terminal.err(showSettled(await waitForReconcile(session, { verifyAll: false, timeoutMs }), session.paint));
  } catch (error) {
    if (!(error instanceof CliError) || error.name !== 'NotDoneError') throw error;
    session.terminal.err(`${oneLine(`${error.message} ${error.next}`)}\n`);
  }
}
