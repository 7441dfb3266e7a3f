import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV, keySecretName, keysFunctionName, SWEEP_KEYS } from '../../lambdas/shared/contract/names.ts';
import { SharingFunction } from './function-defaults.ts';
import { EVENTS, type Ledger } from './ledger.ts';
import { Schedule } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';

export interface KeysProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  readonly webhook: WebhookEndpoint;
}

/**
 * Makes, changes and deletes keys and webhook endpoints at OpenAI, and puts their values into secrets, when a person asks through the CLI; and
 * deletes what is left over or due. The only function that may: whoever may share, and asks the operator function, cannot.
 */
export class Keys extends Construct {
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, { policy, ledger, secrets, webhook }: KeysProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    this.function = new SharingFunction(this, 'Function', {
      handler: 'keys',
      policy,
      functionName: keysFunctionName(stackName),
      timeout: Duration.minutes(3),
      memorySize: 256,
      whyNoDeadLetterQueue:
        'Invoked synchronously by the CLI; what its schedule asks for is in the ledger, and asked again.',
    });
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${keySecretName(stackName, '*')}]`,
      reason: 'Secrets for new keys are made under STACK/keys/, whose names nobody knows before.',
    });
    const { key, lease, source, state } = PARTITION;
    ledger.grantRows(this.function, {
      get: [state],
      query: [key, source],
      put: [key, ...EVENTS, state],
      update: [lease],
      delete: [key, lease],
    });
    ledger.grantPacing(this.function);
    secrets.grantAdminKey(this.function);
    secrets.grantSourceSecrets(this.function);
    secrets.grantWriting(this.function);
    this.function.addEnvironment(ENV.webhookUrl, webhook.url);
    const stackArn = { service: 'cloudformation', resource: 'stack', resourceName: stackName };
    this.function.addEnvironment(ENV.stackArn, Stack.of(this).formatArn(stackArn));
    new Schedule(this, 'Every15Minutes', {
      every: Duration.minutes(15),
      function: this.function,
      description: 'Deletes keys at OpenAI that are due, or were made without an answer, and watches the others',
      input: SWEEP_KEYS,
    });
  }
}
