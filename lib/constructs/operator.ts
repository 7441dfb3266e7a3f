import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { operatorFunctionName } from '../../lambdas/shared/contract/names.ts';
import { SharingFunction } from './function-defaults.ts';
import type { Ledger } from './ledger.ts';
import type { ObserveQueue } from './observe-queue.ts';
import type { Reconcile } from './reconcile.ts';
import type { Share } from './share.ts';

export interface OperatorProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly queue: ObserveQueue;
  readonly share: Share;
  readonly reconcile: Reconcile;
}

/**
 * Answers and carries out what a person asks through the CLI; reached by whom IAM lets invoke it. It has no key: what it
 * changes are rows of the ledger, which the share function carries out.
 */
export class Operator extends Construct {
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, { policy, ledger, queue, share, reconcile }: OperatorProps) {
    super(scope, id);
    this.function = new SharingFunction(this, 'Function', {
      handler: 'operator',
      policy,
      functionName: operatorFunctionName(Stack.of(this).stackName),
      timeout: Duration.seconds(60),
      memorySize: 512,
      whyNoDeadLetterQueue: 'Invoked synchronously by the CLI, which shows the error to the person who asked.',
    });
    const { pacer: _, ...rows } = PARTITION;
    ledger.grantRows(this.function, ['read'], ...Object.values(rows));
    ledger.grantRows(this.function, ['write'], PARTITION.checkpoint, PARTITION.state);
    ledger.grantReadPacer(this.function);
    queue.grantWatch(this.function);
    share.grantWake(this.function);
    reconcile.grantStart(this.function);
  }
}
