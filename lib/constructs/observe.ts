import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { SharingFunction } from './function-defaults.ts';
import { type Ledger, RECORDS } from './ledger.ts';
import type { ObserveQueue } from './observe-queue.ts';
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
    queue.grantConsume(this.function);
    secrets.grantProjectKeys(this.function);
    const { checkpoint, job, source } = PARTITION;
    ledger.grantRows(this.function, { get: [checkpoint, job], put: [...RECORDS, job], update: [source] });
    share.grantWake(this.function);
  }
}
