import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import { SharingFunction } from './function-defaults.ts';
import { type Ledger, RECORDS } from './ledger.ts';
import { Schedule } from './schedule.ts';
import type { Secrets } from './secrets.ts';

export interface ShareProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly secrets: Secrets;
}

/** Carries out what is due in the ledger, at the pacer's pace. The only function that changes anything at OpenAI. */
export class Share extends Construct {
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, { policy, ledger, secrets }: ShareProps) {
    super(scope, id);
    this.function = new SharingFunction(this, 'Function', {
      handler: 'share',
      policy,
      // It waits for its slots; what is still due when its time is up is taken up by the next minute's tick.
      timeout: Duration.minutes(5),
      memorySize: 256,
      whyNoDeadLetterQueue: 'An event is only a wake-up: the work is rows in the ledger, and the next tick finds them.',
    });
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: 'An event is only a wake-up and holds nothing to keep; failed runs raise the alarm share-failing.',
    });
    secrets.grantAdminKey(this.function);
    const { checkpoint, refusedProject, lease, state, permissionId } = PARTITION;
    ledger.grantRows(this.function, {
      get: [checkpoint, permissionId, state],
      query: [checkpoint, refusedProject],
      put: [...RECORDS, refusedProject, state],
      update: [lease],
      delete: [refusedProject, lease],
      putMany: [permissionId],
    });
    ledger.grantDueWork(this.function);
    ledger.grantPacing(this.function);
    new Schedule(this, 'EveryMinute', {
      every: Duration.minutes(1),
      function: this.function,
      description: 'Takes up what is due in the ledger',
    });
  }

  /** Lets a function wake this one. */
  grantWake(fn: LambdaFunction): void {
    const resources = [this.function.functionArn];
    fn.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources }));
    fn.addEnvironment(ENV.shareFunction, this.function.functionName);
  }
}
