import {
  AccountRefusedError,
  BadCredentialsError,
  CallerRefusedError,
  ForbiddenError,
  IdentityRefusedError,
  MissingScopeError,
  NoSlotError,
  OpenAIError,
  SecretUnusableError,
  ThrottledError,
  UnavailableError,
  UncertainError,
} from '../../core/errors.ts';
import { missingScopesIn } from '../../core/model/admin-scopes.ts';
import { asSentence } from '../../core/text/sentence.ts';
import type { OperateDeps, SecretIds } from './deps.ts';
import { NotYetError, OpenAIProblemError } from './problem.ts';

/** A key as a person knows it, and the secret that holds it; or what stands in for one. */
export interface KeyName {
  readonly name: string;
  readonly secretId: string;
  /** How such a key begins. */
  readonly prefix: string;
  /** How to mend it where no secret holds it: a whole sentence. */
  readonly mend?: string;
}

export function adminKeyName({ secretIds }: { readonly secretIds: Pick<SecretIds, 'adminKey'> }): KeyName {
  return { name: 'the admin key', secretId: secretIds.adminKey, prefix: 'sk-admin-…' };
}

export function projectKeyName({ secretIds }: Pick<OperateDeps, 'secretIds'>, source: string): KeyName {
  const secretId = secretIds.projectKeys.get(source);
  if (secretId === undefined) {
    const mend = `"ckpt doctor" says where the chain is broken, and "ckpt sources connect ${source}" mends what is missing at OpenAI; docs/runbook.md#workload-identity says more.`;
    return { name: `the workload identity of ${source}`, secretId: '', prefix: '', mend };
  }
  return { name: `the project key of ${source}`, secretId, prefix: 'sk-proj-… or sk-svcacct-…' };
}

/** In how many seconds what OpenAI throttled may be asked for again, where it names no time. */
const THROTTLED_SECONDS = 60;

/**
 * Does what needs OpenAI; what OpenAI has against it is thrown as one that a person can do something about, or waits for
 * (`NotYetError`).
 */
export async function explaining<T>(key: KeyName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ThrottledError) {
      const seconds = Math.max(1, error.retryAfterSeconds ?? THROTTLED_SECONDS);
      throw new NotYetError(`OpenAI takes no more calls with ${key.name} just now.`, seconds);
    }
    throw explain(key, error) ?? error;
  }
}

/** Undefined for what has nothing to do with OpenAI or the key. */
export function explain(key: KeyName, error: unknown): OpenAIProblemError | undefined {
  if (error instanceof NoSlotError) return undefined;
  if (error instanceof SecretUnusableError) {
    return new OpenAIProblemError(error.name, `${capital(key.name)} cannot be used: ${error.message}.`, putKey(key));
  }
  if (!(error instanceof OpenAIError)) return undefined;
  const said = asSentence(error.message);
  return new OpenAIProblemError(error.name, `${headOf(key, error)}: ${said}`, nextOf(key, error), { cause: error });
}

function headOf({ name }: KeyName, error: OpenAIError): string {
  if (error instanceof IdentityRefusedError) return `${capital(name)} cannot be used`;
  if (error instanceof BadCredentialsError) return `OpenAI does not accept ${name}`;
  if (error instanceof MissingScopeError) return `${capital(name)} may not do this`;
  if (error instanceof AccountRefusedError) return "OpenAI refuses the organisation's account, and not the key";
  if (error instanceof CallerRefusedError) return "It is not the key's fault that this is refused";
  if (isAway(error)) return 'OpenAI did not answer as it should';
  return 'OpenAI refuses this';
}

function nextOf(key: KeyName, error: OpenAIError): string {
  if (error instanceof BadCredentialsError || error instanceof IdentityRefusedError) return putKey(key);
  if (error instanceof MissingScopeError) {
    const scopes = missingScopesIn(error.message);
    const which = scopes === undefined ? 'what it lacks' : `the scope ${scopes}`;
    return `Give ${key.name} ${which} in OpenAI's settings (its owner has to be an owner of the organisation), or ${lower(putKey(key))}`;
  }
  if (error instanceof AccountRefusedError) {
    return 'See billing and limits of the organisation at OpenAI. The work goes on by itself within minutes after it is mended.';
  }
  if (error instanceof CallerRefusedError) return 'docs/runbook.md#openai-refuses says more.';
  if (error instanceof ForbiddenError)
    return `The key itself is good: ask an owner of the organisation why OpenAI forbids it.`;
  if (isAway(error)) return 'Ask again in a moment.';
  return 'Check what you asked for; "ckpt show" tells what is known.';
}

function isAway(error: OpenAIError): boolean {
  return error instanceof UnavailableError || error instanceof UncertainError || error instanceof ThrottledError;
}

function putKey({ prefix, secretId, mend }: KeyName): string {
  if (mend !== undefined) return mend;
  return `Put a working key (${prefix}) into the secret ${secretId}: aws secretsmanager put-secret-value --secret-id ${secretId} --secret-string file:///dev/stdin.`;
}

/** The same with its first letter as at the beginning of a sentence. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function lower(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
