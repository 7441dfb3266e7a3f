import { Duration, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { SharingFunction } from './function-defaults.ts';
import { type Ledger, RECORDS } from './ledger.ts';
import type { ObserveQueue } from './observe-queue.ts';
import { Schedule } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import type { Share } from './share.ts';

export interface ObserveProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  readonly queue: ObserveQueue;
  readonly share: Share;
}

/** Reads a job and its checkpoints, and writes what the policy wants of them. */
export class Observe extends Construct {
  static readonly timeout = Duration.seconds(60);
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, { policy, ledger, secrets, queue, share }: ObserveProps) {
    super(scope, id);
    this.function = new SharingFunction(this, 'Function', {
      handler: 'observe',
      policy,
      timeout: Observe.timeout,
      memorySize: 256,
      whyNoDeadLetterQueue: 'Fed by a queue, which has a dead-letter queue of its own.',
    });
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: 'Only its tick comes asynchronously and holds nothing to keep: the next one, or a sweep, does the same.',
    });
    queue.grantConsume(this.function);
    secrets.grantProjectKeys(this.function);
    const { checkpoint, job, source } = PARTITION;
    ledger.grantRows(this.function, { get: [checkpoint, job], put: [...RECORDS, job], update: [source] });
    ledger.grantDueWork(this.function);
    share.grantWake(this.function);
    // On its own, for the sweeps may be a day apart. Not a tick of share's, whose function wakes up from this one: Lambda drops
    // what looks like a loop. Nor of reconcile's, whose silence would then not show.
    new Schedule(this, 'LookAgain', {
      every: Duration.minutes(5),
      function: this.function,
      description: 'Reads ended jobs again of which OpenAI may not have told all',
    });
  }
}
