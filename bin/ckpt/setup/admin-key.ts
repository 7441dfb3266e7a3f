import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isRedactedOf } from '../../../lambdas/core/keys/redacted.ts';
import { keyProblem, kindOfKey } from '../../../lambdas/core/secrets/api-key.ts';
import type { CheckedKeys } from '../../../lambdas/shared/contract/operator.ts';
import { ask } from '../ask.ts';
import { CliError } from '../errors.ts';
import { readTextInput, STANDARD_INPUT } from '../read-input.ts';
import type { Session } from '../session.ts';
import { oneLine } from '../text/paint.ts';
import { agree } from './agree.ts';

export interface AdminKeyOptions {
  /** What came on standard input; null = it is asked for where there is none that OpenAI accepts. */
  readonly given: string | null;
  readonly yes: boolean;
  readonly timeoutMs: number;
}

type Held = CheckedKeys['adminKey'];

const TRIES = 3;
/** A key that was made a moment ago may not be known everywhere at OpenAI, nor a value that was just put in at AWS. */
const SETTLES_MS = 3_000;

/** Looks at the admin key, in the current version of its secret or in the one of this id. */
type Look = (version?: string) => Promise<Held>;

/**
 * Sees to it that the secret of the admin key holds one that OpenAI accepts. What is there and is accepted is left as it is,
 * unless another one was given. Throws `CliError`.
 */
export async function settleAdminKey(session: Session, before: Held, options: AdminKeyOptions): Promise<void> {
  const { given, yes, timeoutMs } = options;
  const look: Look = async (version) => {
    return (await ask(session, { command: 'check-keys', version: version ?? null }, { timeoutMs })).adminKey;
  };
  if (before.state !== 'accepted') return fill(session, before, given, look);
  if (given === null || isHeld(before, given)) return;
  await agreeToReplace(session, before, yes);
  await replace(session, before, given, look);
}

/** The secret holds no key that works. What is typed may be wrong; what was given is wrong once. */
async function fill(session: Session, before: Held, given: string | null, look: Look): Promise<void> {
  let held = before;
  for (let left = given === null ? TRIES : 1; ; left--) {
    const value = given ?? (await askForKey(session, held, left < TRIES));
    const problem = whyNoAdminKey(value);
    if (problem === null) {
      if (!isHeld(held, value)) await put(session, held.secret, value);
      held = await lookTwice(session, look);
      if (held.state === 'accepted') return;
    }
    const failure = problem === null ? notAccepted(held) : noAdminKey(problem);
    if (left === 1) throw failure;
    session.terminal.err(`${oneLine(failure.message)}\n`);
  }
}

/** Of a version that nobody uses. Of each secret there is one at most: it goes from version to version. */
const CANDIDATE = 'CANDIDATE';

/** The secret holds a key that works: it stays in use until OpenAI has accepted the other one. */
async function replace(session: Session, held: Held, value: string, look: Look): Promise<void> {
  const version = await put(session, held.secret, value, CANDIDATE);
  const candidate = await lookTwice(session, () => look(version));
  if (candidate.state !== 'accepted') throw notAccepted(candidate, ' The key that is in use is left as it is.');
  await put(session, held.secret, value);
}

async function lookTwice(session: Session, look: Look): Promise<Held> {
  const held = await look();
  if (held.state === 'accepted') return held;
  await session.sleep(SETTLES_MS);
  return look();
}

function isHeld({ redactedValue }: Held, value: string): boolean {
  return isRedactedOf(redactedValue ?? '', value) === true;
}

/** The admin key on standard input. Throws `CliError`, also where it would be seen there. */
export async function readGivenKey({ ask: canAsk, input }: Session['terminal']): Promise<string> {
  if (canAsk !== null) {
    throw new CliError({
      name: 'TerminalError',
      message: 'Standard input is a terminal, where a key would be seen; nothing was done.',
      next: 'Leave --admin-key-stdin out: the key is asked for and not shown. Or hand it over from a file or a password manager.',
    });
  }
  const value = (await readTextInput(STANDARD_INPUT, 'Hand the key over again.', input)).trim();
  const problem = whyNoAdminKey(value);
  if (problem !== null) throw noAdminKey(problem);
  return value;
}

async function askForKey({ terminal }: Session, held: Held, isAgain: boolean): Promise<string> {
  const { problem, secret } = held;
  if (terminal.ask === null) {
    throw new CliError({
      name: 'NoTerminalError',
      message: `${problem} Nobody is there to be asked for an admin key; nothing was done.`,
      next: 'Run it on a terminal, or hand the key over: "ckpt setup --admin-key-stdin < FILE".',
    });
  }
  if (!isAgain)
    terminal.err(`${oneLine(problem ?? '')} An owner makes an admin key in the settings of the organisation.\n`);
  const value = (await terminal.ask('Admin key (not shown): ', { hidden: true })).trim();
  if (value !== '') return value;
  throw new CliError({
    name: 'NoKeyError',
    message: 'No key was given; nothing was done.',
    next: `"ckpt setup" asks for it again; or put it into ${secret} yourself, and set up then.`,
  });
}

/** Words that follow "what was given"; null for what may be an admin key. Never repeats it. */
function whyNoAdminKey(value: string): string | null {
  const problem = keyProblem(value);
  if (problem !== null) return problem;
  return kindOfKey(value) === 'project' ? "is a project's key, and not an admin key (sk-admin-…)" : null;
}

function noAdminKey(problem: string): CliError {
  return new CliError({
    name: 'NoAdminKeyError',
    message: `What was given as the admin key ${problem}.`,
    next: 'Nothing was done with it. Hand over the bare key as OpenAI has shown it.',
  });
}

function agreeToReplace(session: Session, { secret, redactedValue }: Held, yes: boolean): Promise<void> {
  const which = redactedValue === null ? 'another key' : `another key (${redactedValue})`;
  return agree(session, yes, {
    what: `The secret ${secret} holds ${which} that OpenAI accepts.`,
    question: 'Replace it?',
    next: 'Leave the key away to go on with the one that is there.',
  });
}

function notAccepted({ problem }: Held, besides = ''): CliError {
  return new CliError({
    name: 'AdminKeyRefusedError',
    message: `${problem ?? 'The admin key is not accepted.'}${besides}`,
    next: 'Set up again with a key that works: "ckpt setup" asks for it.',
  });
}

/**
 * Puts the value in with the rights of whoever asks: it goes through no function, and into no log of one. Gives back the id of
 * the version, which is the current one where no other stage is named.
 */
async function put(session: Session, secret: string, value: string, stage?: string): Promise<string | undefined> {
  const client = new SecretsManagerClient(await session.clientConfig('secrets_manager'));
  const version = { SecretId: secret, SecretString: value, ...(stage !== undefined && { VersionStages: [stage] }) };
  try {
    const { VersionId } = await client.send(new PutSecretValueCommand(version));
    if (stage === undefined) session.terminal.err(`The admin key is in ${secret}.\n`);
    return VersionId;
  } catch (error) {
    const isDenied = error instanceof Error && /^AccessDenied/.test(error.name);
    throw isDenied ? mayNotPut(secret) : notPut(secret, error);
  } finally {
    client.destroy();
  }
}

function mayNotPut(secret: string): CliError {
  return new CliError({
    name: 'AccessDeniedError',
    message: `AWS does not let you do secretsmanager:PutSecretValue on ${secret}, which the admin key goes into.`,
    next: 'Ask whoever runs the stack for that permission on this secret, or to put the key in; "ckpt setup" goes on from there.',
  });
}

/** What the SDK says is not repeated: it may quote what it was given. */
function notPut(secret: string, error: unknown): CliError {
  return new CliError({
    name: 'SecretUnusableError',
    message: `The admin key could not be put into ${secret} (${error instanceof Error ? error.name : 'no error'}).`,
    next: 'Check that Secrets Manager can be reached from here, and that the secret is there; then set up again.',
  });
}
