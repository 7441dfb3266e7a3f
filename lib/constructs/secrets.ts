import { CfnOutput, RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type Policy, type SourceSecrets, sourcesOf } from '../../lambdas/core/policy/policy.ts';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import { DeployError } from '../settings.ts';

export interface SecretsProps {
  readonly policy: Policy;
  /** Whether the secrets that the stack made outlive it. */
  readonly retain: boolean;
}

type ArnByAlias = Readonly<Record<string, string>>;

/**
 * Bytes of one function's environment that the ARNs may take. AWS allows 4096 for all variables together, measured on
 * their JSON; the rest is for the names of table, queue and functions.
 */
const ENVIRONMENT_BUDGET = 3500;

/** How long the ARN of a secret that the stack makes will be, beside the alias: known only when it is there. */
const MADE_ARN_LENGTH = 120;

/** The keys: the secrets that the policy names, and empty ones, to be filled by hand, for those it does not name. */
export class Secrets extends Construct {
  readonly adminKeyArn: string;
  readonly #projectKeys: ArnByAlias;
  readonly #webhookSecrets: ArnByAlias;
  readonly #retain: boolean;

  constructor(scope: Construct, id: string, { policy, retain }: SecretsProps) {
    super(scope, id);
    this.#retain = retain;
    this.adminKeyArn = policy.openai.adminKeySecret ?? this.#makeEmpty('AdminKey', 'the OpenAI admin key');
    this.#projectKeys = this.#ofSources(policy, 'ProjectKey', 'project key', ({ apiKeySecret }) => apiKeySecret);
    this.#webhookSecrets = this.#ofSources(policy, 'WebhookSecret', 'webhook secret (whsec_...)', (secrets) => {
      return secrets.webhookSecret;
    });
  }

  /** The organisation's most powerful key: only for the function that shares. */
  grantAdminKey(fn: LambdaFunction): void {
    grantValues(fn, [this.adminKeyArn]);
    fn.addEnvironment(ENV.adminKeySecret, this.adminKeyArn);
  }

  grantProjectKeys(fn: LambdaFunction): void {
    grantMap(fn, ENV.projectKeySecrets, this.#projectKeys);
  }

  grantWebhookSecrets(fn: LambdaFunction): void {
    grantMap(fn, ENV.webhookSecrets, this.#webhookSecrets);
  }

  #ofSources(policy: Policy, kind: string, what: string, given: (secrets: SourceSecrets) => string | null): ArnByAlias {
    const arns = sourcesOf(policy).map(({ alias, source }) => {
      const arn = given(source);
      if (arn !== null) return [alias, arn] as const;
      const holds = `the OpenAI ${what} of source ${alias}`;
      const made = this.#makeEmpty(`${kind}-${alias}`, holds);
      new CfnOutput(this, `${kind}-${alias}-Arn`, { value: made, description: `To be filled with ${holds}` });
      return [alias, made] as const;
    });
    return Object.fromEntries(arns);
  }

  /** The L2 `Secret` always has a value generated, which would look like a key: hence the L1. */
  #makeEmpty(id: string, holds: string): string {
    const secret = new CfnSecret(this, id, { description: `Checkpoint Sharing: ${holds}` });
    secret.applyRemovalPolicy(this.#retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The value is a key that OpenAI issues: Secrets Manager cannot make a new one by itself.',
    });
    // On AWS the same as `Ref`, the ARN; local clouds give the name for that.
    return secret.attrId;
  }
}

function grantMap(fn: LambdaFunction, name: string, arns: ArnByAlias): void {
  assertFits(name, arns);
  grantValues(fn, Object.values(arns));
  fn.addEnvironment(name, JSON.stringify(arns));
}

function grantValues(fn: LambdaFunction, arns: string[]): void {
  if (arns.length === 0) return;
  const resources = arns.map(withSuffix);
  fn.addToRolePolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources }));
}

/** Secrets Manager ends every ARN with a hyphen and six random characters; one copied without them names its secret, too. */
function withSuffix(arn: string): string {
  return Token.isUnresolved(arn) || /-[A-Za-z0-9]{6}$/.test(arn) ? arn : `${arn}-??????`;
}

function assertFits(name: string, arns: ArnByAlias): void {
  const entries = Object.entries(arns);
  // 8: two pairs of quotes, each with a backslash in the JSON that AWS measures; 2 more for colon and comma.
  const bytes = entries.map(
    ([alias, arn]) =>
      Buffer.byteLength(alias) + 10 + (Token.isUnresolved(arn) ? MADE_ARN_LENGTH + alias.length : arn.length),
  );
  const total = bytes.reduce((sum, length) => sum + length, 0);
  if (total <= ENVIRONMENT_BUDGET) return;
  const fit = Math.floor((entries.length * ENVIRONMENT_BUDGET) / total);
  throw new DeployError(
    `The policy has ${entries.length} sources, but about ${fit} fit into ${name}: AWS allows a function 4 KB of environment. ` +
      'Split the sources over several policy files, each deployed as a stack of its own (-c stackName=NAME -c config=PATH), ' +
      'and let the stacks share one pacer (-c pacerTable=LedgerTableName of the first).',
  );
}
