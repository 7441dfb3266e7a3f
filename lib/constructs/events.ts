import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import { SharingFunction } from './function-defaults.ts';
import type { Ledger } from './ledger.ts';
import { Schedule } from './schedule.ts';

export interface EventsProps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  /** Name of a bus that is there already; null = the stack makes its own. */
  readonly eventBus: string | null;
}

/** Tells others what the ledger's events tell, on an EventBridge bus on which they make rules of their own. */
export class Events extends Construct {
  readonly busName: string;
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, { policy, ledger, eventBus }: EventsProps) {
    super(scope, id);
    const stackName = Stack.of(this).stackName;
    const bus =
      eventBus === null
        ? new EventBus(this, 'Bus', {
            eventBusName: stackName,
            description: 'What Checkpoint Sharing has done or found',
          })
        : EventBus.fromEventBusName(this, 'Bus', eventBus);
    this.busName = bus.eventBusName;
    this.function = new SharingFunction(this, 'Function', {
      handler: 'publish',
      policy,
      timeout: Duration.minutes(1),
      memorySize: 256,
      whyNoDeadLetterQueue: 'Its event says nothing but "now": what is to be published waits in the ledger.',
    });
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason:
        'Its event says nothing but "now"; failed runs raise the alarm publish-failing, and the next tick does the same.',
    });
    ledger.grantRows(this.function, { query: [PARTITION.outbox], putMany: [PARTITION.outbox] });
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
    this.function.addEnvironment(ENV.eventBus, bus.eventBusName);
    new Schedule(this, 'EveryMinute', {
      every: Duration.minutes(1),
      function: this.function,
      description: 'Publishes what is not published yet',
    });
  }
}
