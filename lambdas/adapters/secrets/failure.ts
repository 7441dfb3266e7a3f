import { SecretsManagerServiceException } from '@aws-sdk/client-secrets-manager';
import { SecretUnusableError } from '../../core/errors.ts';
import { holdsKey } from '../../core/model/key-shape.ts';

/** Secrets Manager did not answer, or asked for patience: nothing is said of the secret itself. */
export class SecretsUnavailableError extends SecretUnusableError {}

/** What was tried with a secret, and the rights that it takes. */
interface Attempt {
  readonly done: string;
  readonly needs: string;
}

const READING: Attempt = { done: 'read', needs: 'secretsmanager:GetSecretValue on it, and kms:Decrypt on its key' };

/** Of something else than reading the value: by the action that it takes. */
export function attempt(done: 'looked at' | 'made' | 'written', action: string): Attempt {
  const onKey = done === 'written' ? ', and kms:GenerateDataKey and kms:Decrypt on its key' : '';
  return { done, needs: `secretsmanager:${action} on it${onKey}` };
}

/** What went wrong with a secret, in words that say what to do. Never holds what Secrets Manager answered. */
export function toSecretError(secretId: string, error: unknown, tried: Attempt = READING): SecretUnusableError {
  if (!(error instanceof SecretsManagerServiceException)) {
    // Not kept as the cause: the message of a JSON error quotes the text it failed on, which may be the secret.
    return new SecretsUnavailableError(
      secretId,
      `could not be ${tried.done} (${kindOf(error)}): is Secrets Manager reachable?`,
    );
  }
  // What is written is in the request, and Secrets Manager may quote what it refuses.
  const options = holdsKey(error.message) ? {} : { cause: error };
  const status = error.$metadata.httpStatusCode ?? 0;
  if (status >= 500 || status === 429 || error.name === 'ThrottlingException') {
    return new SecretsUnavailableError(secretId, `could not be ${tried.done} (${error.name}): try again`, options);
  }
  return new SecretUnusableError(secretId, problemOf(secretId, error, tried), options);
}

/** Whether this secret has no value with the stage that was asked for, though the secret itself is there. */
export function hasNoValue(error: unknown): boolean {
  // The same exception tells of a missing secret; only the message differs.
  return error instanceof Error && isNotFound(error) && /secret value|staging label/i.test(error.message);
}

/** What to do about a secret that has no value yet. */
export function emptyProblem(secretId: string): string {
  return (
    'is empty: put the key into it with ' +
    `\`aws secretsmanager put-secret-value --secret-id ${secretId} --secret-string …\``
  );
}

function problemOf(secretId: string, error: SecretsManagerServiceException, { done, needs }: Attempt): string {
  if (hasNoValue(error)) return emptyProblem(secretId);
  if (isNotFound(error)) return 'is not there: check its ARN, account and region, or deploy the stack that makes it';
  if (error.name === 'AccessDeniedException') {
    return `may not be ${done}: the function's role needs ${needs}`;
  }
  if (/(?:marked|scheduled) for deletion/i.test(error.message)) {
    return `is marked for deletion: \`aws secretsmanager restore-secret --secret-id ${secretId}\` brings it back`;
  }
  return `could not be ${done}: ${error.name}${holdsKey(error.message) ? '' : `: ${error.message}`}`;
}

function isNotFound(error: unknown): boolean {
  return error instanceof SecretsManagerServiceException && error.name === 'ResourceNotFoundException';
}

/** A name such as TimeoutError or ECONNREFUSED. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no error object';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
