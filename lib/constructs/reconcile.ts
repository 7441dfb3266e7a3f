import { Duration, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { SharingFunction } from './function-defaults.ts';
import type { Ledger } from './ledger.ts';
import type { ObserveQueue } from './observe-queue.ts';
import { Schedule } from './schedule.ts';
import type { Secrets } from './secrets.ts';

export interface ReconcileProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  readonly queue: ObserveQueue;
}

/** Finds the jobs that no webhook told of, and hands them to observe. */
export class Reconcile extends Construct {
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, { policy, ledger, secrets, queue }: ReconcileProps) {
    super(scope, id);
    this.function = new SharingFunction(this, 'Function', {
      handler: 'reconcile',
      policy,
      timeout: Duration.minutes(5),
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
    ledger.grantRows(this.function, ['read'], PARTITION.job);
    ledger.grantRows(this.function, ['read', 'write'], PARTITION.sweep);
    queue.grantSend(this.function);
    new Schedule(this, 'Regularly', {
      every: Duration.seconds(policy.reconcile.everySeconds),
      function: this.function,
      description: 'Finds what the webhooks missed',
    });
  }
}
