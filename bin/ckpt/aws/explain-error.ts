import { keysFunctionName } from '../../../lambdas/shared/contract/names.ts';
import type { Problem } from '../../../lambdas/shared/contract/operator.ts';
import { firstLine } from '../errors.ts';
import { type CredentialSource, NO_CREDENTIALS_NEXT } from './credential-source.ts';

/** Where a request was to go. */
export interface Target {
  readonly functionName: string;
  /** Null when none was found. */
  readonly region: string | null;
  readonly profile: string | undefined;
  /** What the profile has in it that credentials come from. */
  readonly credentialSource?: CredentialSource | undefined;
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** Who names it. */
  readonly endpointFrom?: string | undefined;
}

interface Failure {
  /** Name of the error, or AWS's code of it. */
  readonly name: string;
  /** First line of its message. */
  readonly text: string;
  /** Node's code of a connection that failed, by way of the causes. */
  readonly code: string;
}

interface Explanation {
  readonly fits: (failure: Failure) => boolean;
  readonly problem: (target: Target, failure: Failure) => Problem;
}

const named =
  (...names: string[]) =>
  ({ name }: Failure) =>
    names.includes(name);
/** The functions' names end in what tells them apart. */
const KEYS_SUFFIX = keysFunctionName('');
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/;
const NETWORK = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|EPROTO|ERR_SSL)/;

/** The first that fits explains it. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    fits: ({ name, text }) =>
      /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/.test(name) ||
      /\b(session|token)\b.*\bexpired\b/i.test(text),
    problem: ({ profile, credentialSource }) => {
      const login = credentialSource === 'login_session' ? 'login' : 'sso login';
      return {
        name: 'ExpiredCredentialsError',
        message: 'Your AWS credentials have expired.',
        next: `Sign in again${profile ? `, for example with "aws ${login} --profile ${profile}"` : ''}, then repeat the command.`,
      };
    },
  },
  {
    fits: named('CredentialsProviderError', 'TokenProviderError', 'ProviderError'),
    problem: ({ profile, credentialSource }) => ({
      name: 'NoCredentialsError',
      message: profile ? `The AWS profile "${profile}" gives no credentials.` : 'No AWS credentials were found.',
      next:
        credentialSource === undefined
          ? 'Name a profile with --profile, sign in with "aws sso login", or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
          : NO_CREDENTIALS_NEXT[credentialSource](profile ? ` --profile ${profile}` : ''),
    }),
  },
  {
    // Whichever profile: the variable names a file as well.
    fits: ({ code }) => code === 'ENOENT' || code === 'EACCES',
    problem: () => ({
      name: 'NoCredentialsError',
      message: 'A file that your AWS credentials come from is not there, or may not be read.',
      next: NO_CREDENTIALS_NEXT.web_identity_token_file(''),
    }),
  },
  {
    fits: ({ text }) => /Invalid character in header content/.test(text),
    problem: () => ({
      name: 'BadCredentialsError',
      message: 'Your AWS credentials have a character in them that no key has, such as the end of a line.',
      next: 'Set them again, access key, secret and session token, without what was copied along.',
    }),
  },
  {
    fits: ({ text }) => text === 'Region is missing' || /not a valid hostname component/.test(text),
    problem: ({ region }) => ({
      name: 'NoRegionError',
      message: region ? `"${region}" is no AWS region.` : 'No AWS region was found.',
      next: 'Name the region of the stack with --region, or set AWS_REGION.',
    }),
  },
  {
    fits: named('ResourceNotFoundException'),
    problem: (target) => ({
      name: 'NoStackError',
      message: `There is no function ${target.functionName} ${placeOf(target)}.`,
      next: 'Check --stack, --region and the account of your credentials (--profile), and that the stack is deployed.',
    }),
  },
  {
    fits: named('AccessDeniedException', 'AccessDenied', 'NotAuthorized'),
    problem: (target, { text }) => ({
      name: 'AccessDeniedError',
      message: `AWS does not let ${whoIn(text)} do lambda:InvokeFunction on ${target.functionName} ${placeOf(target)}.`,
      next: target.functionName.endsWith(KEYS_SUFFIX)
        ? 'Ask whoever runs the stack for that permission on this function: keys take another permission than the one for the operator function, so that whoever may share cannot make keys.'
        : 'Ask whoever runs the stack for that permission on this function; no other is needed.',
    }),
  },
  {
    fits: named(
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'IncompleteSignatureException',
      'MissingAuthenticationTokenException',
    ),
    problem: (target) => ({
      name: 'BadCredentialsError',
      message: `AWS does not accept your credentials ${placeOf(target)}.`,
      next: 'Check access key and secret (and AWS_SESSION_TOKEN where they are temporary), and the clock of this machine.',
    }),
  },
  {
    fits: named('TooManyRequestsException', 'ThrottlingException'),
    problem: ({ functionName }) => ({
      name: 'BusyError',
      message: `Lambda does not start ${functionName} now: too much runs in this account at once.`,
      next: 'Repeat the command in a moment.',
    }),
  },
  {
    fits: ({ code, text }) => CERTIFICATE.test(code) || /certificate/i.test(text),
    problem: (target, { code }) => ({
      name: 'CertificateError',
      message: `The certificate of ${hostOf(target)} is not trusted${code ? ` (${code})` : ''}.`,
      next: 'If a proxy or a local cloud has its own, name it in NODE_EXTRA_CA_CERTS (a PEM file).',
    }),
  },
  {
    fits: ({ name, code }) => name === 'TimeoutError' || NETWORK.test(code),
    problem: (target, { name, code }) => ({
      name: 'NetworkError',
      message: `${hostOf(target)} cannot be reached (${code || name}).`,
      next: target.endpoint
        ? `Check that it runs, and ${target.endpointFrom ?? 'AWS_ENDPOINT_URL'}, which names it.`
        : 'Check --region and the network; behind a proxy set NODE_USE_ENV_PROXY=1.',
    }),
  },
];

/** Why the operator function could not be asked. */
export function explain(error: unknown, target: Target): Problem {
  const failure = failureOf(error);
  const known = EXPLANATIONS.find(({ fits }) => fits(failure));
  if (known) return known.problem(target, failure);
  return {
    name: 'InvokeError',
    message: `${target.functionName} could not be asked: ${failure.name}: ${failure.text}.`,
    next: 'Repeat the command; CKPT_DEBUG=1 shows where it failed.',
  };
}

function failureOf(error: unknown): Failure {
  return { name: error instanceof Error ? error.name : 'Error', text: firstLine(error), code: codeOf(error) };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
}

function placeOf({ region, endpoint }: Target): string {
  return `in ${region ?? 'no region'}${endpoint ? ` at ${origin(endpoint)}` : ''}`;
}

function hostOf({ region, endpoint }: Target): string {
  return endpoint ? origin(endpoint) : `Lambda in ${region ?? 'no region'}`;
}

/** Without a password that the URL may hold. */
function origin(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the endpoint in AWS_ENDPOINT_URL';
}

/** AWS names who asked: `User: arn:… is not authorized to perform: …`. */
function whoIn(text: string): string {
  return /User: (arn:\S+)/.exec(text)?.[1] ?? 'you';
}
