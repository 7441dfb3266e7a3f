import { Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Policy, RotationSettings } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import type { RotationName } from '../bundle.ts';
import { SharingFunction } from './function-defaults.ts';
import { EVENTS, type Ledger } from './ledger.ts';
import type { SecretKind, Secrets } from './secrets.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';

export interface RotationsProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  readonly webhook: WebhookEndpoint;
  /** False: the functions are invoked by hand. */
  readonly schedules: boolean;
}

interface RotationProps extends RotationsProps {
  readonly name: RotationName;
  readonly kind: SecretKind;
  readonly everySeconds: number;
}

/** Of each kind of secrets, which function rotates them, and where the policy says how often. */
const KINDS: readonly (readonly [RotationName, SecretKind, every: keyof RotationSettings, id: string])[] = [
  ['rotate-admin-key', 'admin-key', 'adminKeySeconds', 'RotateAdminKey'],
  ['rotate-project-key', 'project-key', 'projectKeysSeconds', 'RotateProjectKey'],
  ['rotate-webhook-secret', 'webhook-secret', 'webhookSecretsSeconds', 'RotateWebhookSecret'],
];

/** The rotations that the policy wants. */
export function rotationsOf(scope: Construct, props: RotationsProps): readonly Rotation[] {
  return KINDS.flatMap(([name, kind, every, id]) => {
    const everySeconds = props.policy.rotation[every];
    return typeof everySeconds === 'number' ? [new Rotation(scope, id, { ...props, name, kind, everySeconds })] : [];
  });
}

/** Replaces the secrets of one kind in Secrets Manager's four steps, and may write no others. */
export class Rotation extends Construct {
  readonly name: RotationName;
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, props: RotationProps) {
    super(scope, id);
    const { policy, name, kind, secrets } = props;
    this.name = name;
    this.function = new SharingFunction(this, 'Function', {
      handler: name,
      policy,
      // It waits for slots of the pacer, and for a new key to work.
      timeout: Duration.minutes(5),
      memorySize: 256,
      whyNoDeadLetterQueue: 'Invoked by Secrets Manager, which asks for a step that failed again.',
    });
    if (kind === 'webhook-secret') this.#grantEndpoints(props);
    else this.#grantKeys(props);
    secrets.grantRotating(this.function, kind);
    this.function.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });
    if (props.schedules) this.#schedule(props);
  }

  #grantKeys({ ledger, secrets, kind }: RotationProps): void {
    const { key } = PARTITION;
    ledger.grantRows(this.function, { query: [key], put: [key, ...EVENTS], delete: [key] });
    ledger.grantPacing(this.function);
    secrets.grantAdminKey(this.function);
    if (kind === 'project-key') secrets.grantProjectKeys(this.function);
  }

  #grantEndpoints({ ledger, secrets, webhook }: RotationProps): void {
    ledger.grantRows(this.function, { put: EVENTS });
    secrets.grantSourceSecrets(this.function);
    this.function.addEnvironment(ENV.webhookUrl, webhook.url);
  }

  #schedule({ secrets, kind, everySeconds }: RotationProps): void {
    const scheduleExpression = rateOf(everySeconds);
    const scheduled = new Set<string>();
    for (const [alias, secretId] of Object.entries(secrets.arnsOf(kind))) {
      // Several sources may verify with one secret, and a secret has one schedule.
      if (scheduled.has(secretId)) continue;
      scheduled.add(secretId);
      const schedule = new CfnRotationSchedule(this, `Schedule${alias && `-${alias}`}`, {
        secretId,
        rotationLambdaArn: this.function.functionArn,
        rotationRules: { scheduleExpression },
        // At first a secret is empty, and what it gets then is new.
        rotateImmediatelyOnUpdate: false,
      });
      schedule.node.addDependency(this.function);
    }
  }
}

const HOUR_SECONDS = 3_600;

/** Whole hours: a policy with other intervals was refused as it was read. */
function rateOf(seconds: number): string {
  const hours = seconds / HOUR_SECONDS;
  const days = hours / 24;
  if (!Number.isInteger(days)) return `rate(${hours} hours)`;
  return `rate(${days} ${days === 1 ? 'day' : 'days'})`;
}
