import { type Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

export interface ScheduleProps {
  readonly every: Duration;
  readonly function: IFunction;
  readonly description: string;
  /** What the function is invoked with; left out, the scheduler's own event. */
  readonly input?: object;
}

/** Invokes a function at intervals. The L2 would let its role invoke every version and alias of the function, too. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    const arn = props.function.functionArn;
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: props.description,
      scheduleExpression: ScheduleExpression.rate(props.every).expressionString,
      flexibleTimeWindow: { mode: 'OFF' },
      // A tick that could not be delivered is not worth repeating: the next one does the same.
      target: {
        arn,
        roleArn: role.roleArn,
        ...(props.input && { input: JSON.stringify(props.input) }),
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
    // Without its policy the role cannot deliver the first ticks.
    schedule.node.addDependency(role);
  }
}
