import { readFileSync } from 'node:fs';
import { Token } from 'aws-cdk-lib';
import { checkPolicy, formatMistakes, formatWarnings, type Mistake } from '../lambdas/core/policy/parse.ts';
import type { Policy } from '../lambdas/core/policy/policy.ts';
import type { SharingPolicy } from './policy-types.ts';

/** Mistakes that the person who deploys can mend. The message says it all, so it is printed without a stack trace. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}

export interface ReadPolicy {
  readonly policy: Policy;
  /** What is no mistake and probably not meant, a line each; empty where there is nothing. */
  readonly warnings: string;
}

/**
 * Reads a `sharing.yaml`. `name` is what its mistakes are told with, `missing` the sentence for where there is none, `scheduled`
 * as in `checkPolicy`. Throws a `DeployError` with all mistakes.
 */
export function readPolicyFile(path: string, name: string, missing: string, scheduled: boolean): ReadPolicy {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') throw new DeployError(missing);
    throw new DeployError(`The policy file ${name} cannot be read (${String(code)}).`, { cause: error });
  }
  const result = checkPolicy(bytes, { scheduled });
  if ('mistakes' in result) throw new DeployError(formatMistakes(result.mistakes, name));
  return { policy: result.policy, warnings: formatWarnings(result.warnings, name) };
}

const SECRETS = new Set(['adminKeySecret', 'apiKeySecret', 'webhookSecret']);

/**
 * Reads the same as an object, by the same checks; of mistakes it tells the place in the object. An ARN that is known only when
 * the stack is deployed, as a secret's of the same app is, stays the CDK's token. Throws a `DeployError` with all mistakes.
 */
export function readPolicyObject(object: SharingPolicy, scheduled: boolean): ReadPolicy {
  const tokens: string[] = [];
  const text = JSON.stringify(object, (key, value) => {
    if (!SECRETS.has(key) || typeof value !== 'string' || !Token.isUnresolved(value)) return value;
    tokens.push(value);
    return standIn(tokens.length - 1);
  });
  if (Token.isUnresolved(text)) {
    throw new DeployError(
      'policy: it holds what is known only when the stack is deployed. Only ARNs of secrets may be that: write the rest out.',
    );
  }
  const result = checkPolicy(text, { scheduled });
  if ('mistakes' in result) throw new DeployError(tell(result.mistakes));
  const restored = tokens.reduce((json, token, i) => json.replaceAll(standIn(i), token), JSON.stringify(result.policy));
  return { policy: JSON.parse(restored), warnings: tell(result.warnings, 'warning: ') };
}

/** Without line and column, which are those of the JSON. */
function tell(findings: readonly Mistake[], kind = ''): string {
  return findings.map(({ path, message }) => `policy${path && `.${path}`}: ${kind}${message}`).join('\n');
}

/** An ARN of nobody's, in the form that the check asks for. */
function standIn(index: number): string {
  return `arn:aws:secretsmanager:none:000000000000:secret:token/${index}/`;
}
