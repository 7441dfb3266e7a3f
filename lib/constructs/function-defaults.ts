import { join } from 'node:path';
import { type Duration, RemovalPolicy, Stack, Stage, Token, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { ENV, POLICY_FILE } from '../../lambdas/shared/contract/names.ts';
import { type FunctionName, type RotationName, writeCode } from '../bundle.ts';

export interface SharingFunctionProps {
  readonly handler: FunctionName | RotationName;
  /** Goes into the code, so that one deploy changes code and policy in one step, and one rollback takes both back. */
  readonly policy?: Policy;
  readonly timeout: Duration;
  /** MB. The CPU comes in proportion. */
  readonly memorySize: number;
  readonly functionName?: string;
  /** Why an asynchronous event that fails needs no dead-letter queue, or why there are none. */
  readonly whyNoDeadLetterQueue: string;
}

/**
 * A function with the house's defaults: Node 24 on arm64, a log group of its own, and a role that may write there and
 * do nothing else. What more it may do is granted by the construct that owns the thing.
 */
export class SharingFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: SharingFunctionProps) {
    const { handler, policy, whyNoDeadLetterQueue, ...rest } = props;
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // The ledger is the record that stays; logs serve to find faults, and go when they are old or the stack is gone.
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      ...rest,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundledCode(scope, handler, policy),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Under which its metrics are.
      environment: { [ENV.stackName]: Stack.of(scope).stackName },
    });
    Validations.of(this).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason: whyNoDeadLetterQueue },
      {
        id: 'Serverless-LambdaTracing',
        reason: 'Every log line carries job, checkpoint and request ids, which tell the story X-Ray would charge for.',
      },
    );
  }
}

function bundledCode(scope: Construct, handler: FunctionName | RotationName, policy: Policy | undefined): Code {
  const directory = join(Stage.of(scope)?.outdir ?? 'cdk.out', 'bundle', scope.node.path);
  writeCode(handler, directory, policy === undefined ? {} : { [POLICY_FILE]: JSON.stringify(policy, withoutTokens) });
  return Code.fromAsset(directory);
}

/** An ARN that is known only when the stack is deployed reaches the functions by their environment, as all ARNs do. */
function withoutTokens(_key: string, value: unknown): unknown {
  return Token.isUnresolved(value) ? null : value;
}
