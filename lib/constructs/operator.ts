import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV, operatorFunctionName } from '../../lambdas/shared/contract/names.ts';
import { SharingFunction } from './function-defaults.ts';
import { type Ledger, RECORDS } from './ledger.ts';
import type { ObserveQueue } from './observe-queue.ts';
import type { Reconcile } from './reconcile.ts';
import type { Secrets } from './secrets.ts';
import type { Share } from './share.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';

export interface OperatorProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  readonly queue: ObserveQueue;
  readonly share: Share;
  readonly reconcile: Reconcile;
  readonly webhook: WebhookEndpoint;
}

/**
 * Answers and carries out what a person asks through the CLI; reached by whom IAM lets invoke it. With the keys it only looks
 * at OpenAI: what it changes are rows of the ledger, which the share function carries out.
 */
export class Operator extends Construct {
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const { policy, ledger, secrets, queue, share, reconcile, webhook } = props;
    this.function = new SharingFunction(this, 'Function', {
      handler: 'operator',
      policy,
      functionName: operatorFunctionName(Stack.of(this).stackName),
      // To list a checkpoint with hundreds of permissions takes more slots than the pacer gives in a minute.
      timeout: Duration.minutes(3),
      memorySize: 512,
      whyNoDeadLetterQueue: 'Invoked synchronously by the CLI, which shows the error to the person who asked.',
    });
    const { checkpoint, job, permissionId, event, history, change, source, sweep, state, model, refusedProject } =
      PARTITION;
    ledger.grantRows(this.function, {
      get: [checkpoint, job, permissionId, sweep, state],
      query: [checkpoint, job, event, history, change, source, model, refusedProject],
      put: [...RECORDS, job, sweep, state, refusedProject],
      update: [source],
      putMany: [permissionId],
    });
    ledger.grantDueWork(this.function);
    ledger.grantPacing(this.function);
    secrets.grantAdminKey(this.function);
    secrets.grantSourceSecrets(this.function);
    queue.grantWatch(this.function);
    queue.grantRedrive(this.function);
    this.function.addEnvironment(ENV.webhookUrl, webhook.url);
    share.grantWake(this.function);
    reconcile.grantStart(this.function);
  }
}
