import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
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
  /** A bus that is there already; null = the stack makes its own. */
  readonly eventBus: IEventBus | null;
}

/** Tells others what the ledger's events tell, on an EventBridge bus on which they make rules of their own. */
export class Events extends Construct {
  readonly bus: IEventBus;
  readonly function: SharingFunction;

  constructor(scope: Construct, id: string, { policy, ledger, eventBus }: EventsProps) {
    super(scope, id);
    const stackName = Stack.of(this).stackName;
    this.bus = eventBus ?? this.#makeBus(stackName);
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
    const resources = [this.bus.eventBusArn];
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources }));
    this.function.addEnvironment(ENV.eventBus, this.bus.eventBusName);
    new Schedule(this, 'EveryMinute', {
      every: Duration.minutes(1),
      function: this.function,
      description: 'Publishes what is not published yet',
    });
  }

  #makeBus(eventBusName: string): IEventBus {
    const bus = new EventBus(this, 'Bus', { eventBusName, description: 'What Checkpoint Sharing has done or found' });
    // The cast: the CDK's own class does not fit its interface under TypeScript's exactOptionalPropertyTypes.
    return bus as IEventBus;
  }
}
