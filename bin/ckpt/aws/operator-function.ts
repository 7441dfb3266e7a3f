import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { COMMANDS, KEYS_COMMANDS } from '../../../lambdas/shared/contract/commands.ts';
import { keysFunctionName, operatorFunctionName } from '../../../lambdas/shared/contract/names.ts';
import type {
  Asker,
  OperatorAnswer,
  OperatorRequest,
  Problem,
  ResultOf,
} from '../../../lambdas/shared/contract/operator.ts';
import { once } from '../../../lambdas/shared/runtime/once.ts';
import { CliError, firstLine } from '../errors.ts';
import type { GlobalOptions } from '../options.ts';
import { explain } from './explain-error.ts';
import { clientConfig, readAwsSettings } from './settings.ts';

/** The functions of one stack that answer a person: the operator's, and that of the keys. */
export interface Operator {
  /** Asks, and waits for the answer; throws `CliError`. */
  ask<Request extends OperatorRequest>(request: Request): Promise<ResultOf<Request['command']>>;
  /** The region that is spoken to. */
  region(): Promise<string>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A little more than the function's own limit of 3 minutes. */
const ANSWER_WITHIN_MS = 190_000;

/**
 * Credentials, region and endpoint come from where the AWS CLI takes them. Nothing but lambda:InvokeFunction is needed:
 * the functions' names follow from the stack's. Who may share need not be let make keys: that is another function.
 */
export function createOperator(options: GlobalOptions, environment: Environment): Operator {
  const functionFor = ({ command }: OperatorRequest) =>
    command in KEYS_COMMANDS ? keysFunctionName(options.stack) : operatorFunctionName(options.stack);
  let connection = connect(options, environment);

  async function invoke(functionName: string, request: OperatorRequest & Asker) {
    const { lambda, settings } = connection;
    const client = await lambda();
    try {
      return await client.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }));
    } catch (error) {
      const { profile, region = null, credentialSource, endpointOf } = await settings();
      const usedRegion = await client.config.region().catch(() => region);
      const { url: endpoint, from: endpointFrom } = endpointOf('lambda') ?? {};
      const target = { functionName, region: usedRegion, profile, credentialSource, endpoint, endpointFrom };
      const problem = explain(error, target);
      // The page runs longer than a login may last, and whoever signs in again has others.
      if (OF_CREDENTIALS.has(problem.name)) connection = connect(options, environment);
      throw new CliError(problem, { cause: error });
    }
  }

  return {
    async ask(request) {
      const by = leavesTraces(request) ? await connection.whoami() : null;
      const functionName = functionFor(request);
      const { Payload, FunctionError } = await invoke(functionName, by === null ? request : { ...request, by });
      const payload = parseJson(new TextDecoder().decode(Payload));
      if (FunctionError) throw new CliError(explainFunctionError(payload, functionName));
      if (!isAnswer(payload)) throw new CliError(notTheOperator(functionName));
      if (!payload.ok) throw new CliError(payload.error, { retryAfterSeconds: payload.retryAfterSeconds });
      return payload.result as ResultOf<typeof request.command>;
    },
    region: async () => (await connection.lambda()).config.region(),
  };
}

/** Problems that are mended by another login. */
const OF_CREDENTIALS = new Set(['ExpiredCredentialsError', 'NoCredentialsError', 'BadCredentialsError']);

/** What is made of the credentials as they are now, when it is first asked for: many a command needs nothing of AWS. */
function connect(options: GlobalOptions, environment: Environment) {
  const settings = once(async () => {
    const read = await readAwsSettings(options, environment);
    // Where the SDK makes clients of its own, to assume a role or for SSO, this alone tells them whose endpoints to use.
    if (read.profile !== undefined) process.env.AWS_PROFILE = read.profile;
    return read;
  });
  const lambda = once(async () => {
    return new LambdaClient({
      ...clientConfig(await settings(), 'lambda'),
      requestHandler: { connectionTimeout: 5_000, requestTimeout: ANSWER_WITHIN_MS, throwOnRequestTimeout: true },
    });
  });
  const whoami = once(async () => askWhoami(clientConfig(await settings(), 'sts')));
  return { settings, lambda, whoami };
}

/** Whether what is done is kept with the name of who asked for it. */
export function leavesTraces(request: OperatorRequest): boolean {
  return COMMANDS[request.command].acts && !('dryRun' in request && request.dryRun);
}

function isAnswer(value: unknown): value is OperatorAnswer {
  if (typeof value !== 'object' || value === null || !('ok' in value)) return false;
  if (value.ok === true) return 'result' in value;
  return value.ok === false && 'error' in value && typeof value.error === 'object' && value.error !== null;
}

/** Undefined for what is no JSON: the errors of `JSON.parse` quote the text, which may hold secrets. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What Lambda says when a function ended without an answer. */
interface LambdaFailure {
  readonly errorType?: unknown;
  readonly errorMessage?: unknown;
}

/** The function was started and failed. Its stack trace stays where it is. */
export function explainFunctionError(payload: unknown, functionName: string): Problem {
  const { errorType, errorMessage } = (payload ?? {}) as LambdaFailure;
  const type = typeof errorType === 'string' ? errorType : 'Error';
  const text = firstLine(typeof errorMessage === 'string' ? errorMessage : 'it gave no reason');
  if (/ResponseSizeTooLarge|RequestEntityTooLarge/.test(type) || /maximum allowed payload size/i.test(text)) {
    return {
      name: 'AnswerTooLargeError',
      message: `The answer of ${functionName} is larger than the 6 MB that Lambda hands over.`,
      next: 'Ask for less: --help shows how to narrow the question.',
    };
  }
  if (/timed out/i.test(text) || /Timedout/.test(type)) {
    return {
      name: 'FunctionTimeoutError',
      message: `${functionName} did not finish within its time limit.`,
      next: 'Ask again; if it stays so, its log shows what it waits for.',
    };
  }
  return {
    name: 'FunctionError',
    message: `${functionName} failed: ${type}: ${text}.`,
    next: 'Its log says more; if it does not even start, deploy the stack again.',
  };
}

/** Something answered, but not in the operator function's words. */
export function notTheOperator(functionName: string): Problem {
  return {
    name: 'UnexpectedAnswerError',
    message: `${functionName} answered with something that this command does not understand.`,
    next: 'Check --stack and --region, and that the stack was deployed from this checkout.',
  };
}

/** The record has room for the name of whoever asks, and waits no longer for it than this. */
const WITHIN_MS = 3_000;

/**
 * Who the credentials are, as an ARN, for the record of what is done; null where AWS does not say in time. Every identity may
 * ask for its own: no right is needed.
 */
export async function askWhoami(config: STSClientConfig): Promise<string | null> {
  const client = new STSClient({
    ...config,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: WITHIN_MS, requestTimeout: WITHIN_MS, throwOnRequestTimeout: true },
  });
  try {
    const { Arn = null } = await client.send(new GetCallerIdentityCommand({}));
    return Arn;
  } catch {
    // What is wrong with the credentials, the command itself says better.
    return null;
  } finally {
    client.destroy();
  }
}
