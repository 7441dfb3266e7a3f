import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV, RECONCILE_TIMEOUT_SECONDS } from '../../lambdas/shared/contract/names.ts';
import { SharingFunction } from './function-defaults.ts';
import { type Ledger, RECORDS } from './ledger.ts';
import type { ObserveQueue } from './observe-queue.ts';
import { Schedule } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import type { Share } from './share.ts';

export interface ReconcileProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  readonly queue: ObserveQueue;
  readonly share: Share;
}

/** Finds what was missed: hands jobs that no webhook told of to observe, and holds the ledger against the policy. */
export class Reconcile extends Construct {
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, { policy, ledger, secrets, queue, share }: ReconcileProps) {
    super(scope, id);
    this.function = new SharingFunction(this, 'Function', {
      handler: 'reconcile',
      policy,
      timeout: Duration.seconds(RECONCILE_TIMEOUT_SECONDS),
      memorySize: 512,
      whyNoDeadLetterQueue: 'Its event says nothing but "now"; the next tick looks at everything again.',
    });
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason:
        'Its event says nothing but "now" and is not worth keeping; failed runs raise the alarm reconcile-failing.',
    });
    secrets.grantProjectKeys(this.function);
    const { checkpoint, job, change, event, revocation, sweep, model, state } = PARTITION;
    ledger.grantRows(this.function, {
      get: [checkpoint, job, sweep, model, state],
      query: [checkpoint, job, change, event, revocation, model],
      put: [...RECORDS, revocation, sweep, model, state],
    });
    ledger.grantDueWork(this.function);
    queue.grantSend(this.function);
    share.grantWake(this.function);
    new Schedule(this, 'Regularly', {
      every: Duration.seconds(policy.reconcile.everySeconds),
      function: this.function,
      description: 'Finds what the webhooks missed',
    });
  }

  /** Lets a function start this one. */
  grantStart(fn: LambdaFunction): void {
    const resources = [this.function.functionArn];
    fn.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources }));
    fn.addEnvironment(ENV.reconcileFunction, this.function.functionName);
  }
}
