import { ArnFormat, CfnOutput, Fn, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type Policy, type Source, type SourceSecrets, sourcesOf } from '../../lambdas/core/policy/policy.ts';
import { ENV, keySecretName } from '../../lambdas/shared/contract/names.ts';
import { DeployError } from '../read-policy.ts';

export interface SecretsProps {
  readonly policy: Policy;
  /** Whether the secrets that the stack made outlive it. */
  readonly retain: boolean;
  /** Whether the stack gets an output for each secret of a source that it makes. */
  readonly outputs: boolean;
  /** What the secrets that the stack makes are encrypted with; null = the account's own key. */
  readonly encryptionKey: IKey | null;
}

export type SecretKind = 'admin-key' | 'project-key' | 'webhook-secret';

const READING = ['GetSecretValue'];
/** What it takes to put a value into a secret, beside the right to read it. */
const WRITING = ['DescribeSecret', 'PutSecretValue'];

type ArnByAlias = Readonly<Record<string, string>>;

/** What the ARNs may take of a function's environment. */
interface Room {
  /** Bytes. AWS allows 4096 for all variables together, measured on their JSON; the rest is for the other variables. */
  readonly budget: number;
  /** How much is written of a secret that the stack makes, beside the alias: known only when it is there. */
  readonly madeLength: number;
}

const WHOLE_ARNS: Room = { budget: 3500, madeLength: 120 };
/** Both kinds, without what the ARNs of all secrets of the account and region begin with. The operator is told most. */
const SHORT_NAMES: Room = { budget: 3050, madeLength: 48 };

/** The keys: the secrets that the policy names, and empty ones, to be filled by hand, for those it does not name. */
export class Secrets extends Construct {
  readonly adminKeyArn: string;
  readonly #projectKeys: ArnByAlias;
  readonly #webhookSecrets: ArnByAlias;
  readonly #props: SecretsProps;
  readonly #made = new Set<string>();

  constructor(scope: Construct, id: string, props: SecretsProps) {
    super(scope, id);
    const { policy } = props;
    this.#props = props;
    this.adminKeyArn = policy.openai.adminKeySecret ?? this.#makeEmpty('AdminKey', 'the OpenAI admin key');
    const sources = sourcesOf(policy);
    const keyed = sources.filter(({ source }) => source.workloadIdentity === undefined);
    this.#projectKeys = this.#ofSources(keyed, 'ProjectKey', 'project key', ({ apiKeySecret }) => apiKeySecret);
    this.#webhookSecrets = this.#ofSources(sources, 'WebhookSecret', 'webhook secret (whsec_...)', (secrets) => {
      return secrets.webhookSecret;
    });
  }

  /** The organisation's most powerful key: only for the function that shares, those that a person asks, and what rotates keys. */
  grantAdminKey(fn: LambdaFunction): void {
    this.#grant(fn, READING, [this.adminKeyArn]);
    fn.addEnvironment(ENV.adminKeySecret, this.adminKeyArn);
  }

  grantProjectKeys(fn: LambdaFunction): void {
    this.#grantMap(fn, ENV.projectKeySecrets, this.#projectKeys);
  }

  grantWebhookSecrets(fn: LambdaFunction): void {
    this.#grantMap(fn, ENV.webhookSecrets, this.#webhookSecrets);
  }

  /**
   * Both kinds, for the function that a person asks. One environment holds both only without what all their ARNs begin with,
   * which is given once.
   */
  grantSourceSecrets(fn: LambdaFunction): void {
    const maps = [this.#projectKeys, this.#webhookSecrets];
    assertFits(`${ENV.projectKeySecrets} and ${ENV.webhookSecrets}`, maps, SHORT_NAMES);
    this.#grant(
      fn,
      READING,
      maps.flatMap((arns) => Object.values(arns)),
    );
    fn.addEnvironment(ENV.projectKeySecrets, JSON.stringify(shorten(this.#projectKeys)));
    fn.addEnvironment(ENV.webhookSecrets, JSON.stringify(shorten(this.#webhookSecrets)));
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const prefix = { service: 'secretsmanager', resource: 'secret', resourceName: '', arnFormat };
    fn.addEnvironment(ENV.secretArnPrefix, Stack.of(this).formatArn(prefix));
  }

  /** ARNs of those of one kind by the alias of their source, which is empty for the admin key. */
  arnsOf(kind: SecretKind): ArnByAlias {
    if (kind === 'admin-key') return { '': this.adminKeyArn };
    return kind === 'project-key' ? this.#projectKeys : this.#webhookSecrets;
  }

  /** Lets a function put new versions into the secrets of one kind, look at any version, and say which is current. */
  grantRotating(fn: LambdaFunction, kind: SecretKind): void {
    this.#grant(fn, [...WRITING, 'UpdateSecretVersionStage'], Object.values(this.arnsOf(kind)));
  }

  /** Lets a function write the secrets of the sources, and make and write those under STACK/keys/. No others. */
  grantWriting(fn: LambdaFunction): void {
    const resourceName = keySecretName(Stack.of(this).stackName, '*');
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const made = Stack.of(this).formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat });
    // Whether a key that was replaced is still in it.
    this.#grant(fn, ['DescribeSecret'], [this.adminKeyArn]);
    this.#grant(fn, WRITING, Object.values(this.#projectKeys));
    this.#grant(fn, ['PutSecretValue'], Object.values(this.#webhookSecrets));
    grant(fn, [...WRITING, 'GetSecretValue', 'CreateSecret'], [made]);
  }

  #grantMap(fn: LambdaFunction, name: string, arns: ArnByAlias): void {
    assertFits(name, [arns], WHOLE_ARNS);
    this.#grant(fn, READING, Object.values(arns));
    fn.addEnvironment(name, JSON.stringify(arns));
  }

  #grant(fn: LambdaFunction, actions: readonly string[], arns: readonly string[]): void {
    // Of those that were made here the ARN is whole.
    const resources = arns.flatMap((arn) => (this.#made.has(arn) ? [arn] : possibleArns(arn)));
    grant(fn, actions, resources);
  }

  #ofSources(
    sources: readonly Source[],
    kind: string,
    what: string,
    given: (secrets: SourceSecrets) => string | null,
  ): ArnByAlias {
    const arns = sources.map(({ alias, source }) => {
      const arn = given(source);
      if (arn !== null) return [alias, arn] as const;
      const holds = `the OpenAI ${what} of source ${alias}`;
      const made = this.#makeEmpty(`${kind}-${alias}`, holds);
      if (this.#props.outputs) {
        new CfnOutput(this, `${kind}-${alias}-Arn`, { value: made, description: `To be filled with ${holds}` });
      }
      return [alias, made] as const;
    });
    return Object.fromEntries(arns);
  }

  /** The L2 `Secret` always has a value generated, which would look like a key: hence the L1. */
  #makeEmpty(id: string, holds: string): string {
    const { retain, encryptionKey } = this.#props;
    const secret = new CfnSecret(this, id, {
      description: `Checkpoint Sharing: ${holds}`,
      ...(encryptionKey && { kmsKeyId: encryptionKey.keyArn }),
    });
    secret.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The value is a key that OpenAI issues: Secrets Manager cannot make a new one by itself.',
    });
    // On AWS the same as `Ref`, the ARN; local clouds give the name for that.
    const arn = secret.attrId;
    this.#made.add(arn);
    return arn;
  }
}

function grant(fn: LambdaFunction, actions: readonly string[], resources: string[]): void {
  if (resources.length === 0) return;
  fn.addToRolePolicy(new PolicyStatement({ actions: actions.map((name) => `secretsmanager:${name}`), resources }));
}

/**
 * What a secret's real ARN may be. Secrets Manager ends every ARN with a hyphen and six random characters; one that was copied
 * without them names its secret, too. Whether they are there cannot be told by looking: `…:secret:prod-openai` has none, and
 * looks as if. So both forms are granted; the one that is not meant could only be the ARN of a secret whose very name ends as
 * the other's random characters do.
 */
function possibleArns(arn: string): readonly string[] {
  return [arn, `${arn}-??????`];
}

/** Of secrets that the stack makes only the name, the seventh part of the ARN: one that a person named may be elsewhere. */
function shorten(arns: ArnByAlias): ArnByAlias {
  const entries = Object.entries(arns);
  return Object.fromEntries(
    entries.map(([alias, arn]) => [alias, Token.isUnresolved(arn) ? Fn.select(6, Fn.split(':', arn)) : arn]),
  );
}

function assertFits(name: string, maps: readonly ArnByAlias[], { budget, madeLength }: Room): void {
  const sources = Object.keys(maps[0] ?? {}).length;
  // 8: two pairs of quotes, each with a backslash in the JSON that AWS measures; 2 more for colon and comma.
  const bytes = maps
    .flatMap((arns) => Object.entries(arns))
    .map(
      ([alias, arn]) =>
        Buffer.byteLength(alias) + 10 + (Token.isUnresolved(arn) ? madeLength + alias.length : arn.length),
    );
  const total = bytes.reduce((sum, length) => sum + length, 0);
  if (total <= budget) return;
  const fit = Math.floor((sources * budget) / total);
  throw new DeployError(
    `The policy has ${sources} sources, but about ${fit} fit into ${name}: AWS allows a function 4 KB of environment. ` +
      'Split the sources over several policy files, each deployed as a stack of its own (-c stackName=NAME -c config=PATH), ' +
      'and let the stacks share one pacer (-c pacerTable=LedgerTableName of the first).',
  );
}
