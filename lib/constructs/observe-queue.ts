import { Duration, Names, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '../../lambdas/shared/contract/names.ts';

export interface ObserveQueueProps {
  /** Timeout of the function that takes from the queue. */
  readonly consumerTimeout: Duration;
  /** What messages are encrypted with; null = a key of SQS. */
  readonly encryptionKey: IKey | null;
}

/** The queue of jobs to look at. A message is only a wake-up, so losing one costs time: reconcile finds the job. */
export class ObserveQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { consumerTimeout, encryptionKey }: ObserveQueueProps) {
    super(scope, id);
    const encryption = encryptionKey
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
      : { encryption: QueueEncryption.SQS_MANAGED };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...encryption,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      ...encryption,
      enforceSSL: true,
      // Six times the timeout, as AWS advises: a batch that is throttled and tried again must not turn up a second time.
      visibilityTimeout: Duration.seconds(consumerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'This is the dead-letter queue itself.',
    });
  }

  grantSend(fn: LambdaFunction): void {
    fn.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
    fn.addEnvironment(ENV.observeQueueUrl, this.queue.queueUrl);
  }

  /** Has the function called with up to five messages at a time; those that it names as failed come back alone. */
  grantConsume(fn: LambdaFunction): void {
    // By hand, for the L2 `SqsEventSource`, whose id this has, gives the role a right that nothing uses.
    fn.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(this.queue.node)}`, {
      eventSourceArn: this.queue.queueArn,
      // Few at once: every message is OpenAI calls with one project's key, which has limits of its own. A batch is handled
      // side by side, so that no message waits for another; two functions are the fewest that SQS can be told.
      batchSize: 5,
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
    const polling = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    const actions = [...polling, 'sqs:ChangeMessageVisibility'];
    fn.addToRolePolicy(new PolicyStatement({ actions, resources: [this.queue.queueArn] }));
    // To let a single message come back sooner than the visibility time says.
    fn.addEnvironment(ENV.observeQueueUrl, this.queue.queueUrl);
    Validations.of(fn).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda takes no failure destination for an SQS source; the queue itself has a dead-letter queue.',
    });
  }

  /** Lets a function move dead letters back into the queue. */
  grantRedrive(fn: LambdaFunction): void {
    const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage'];
    fn.addToRolePolicy(new PolicyStatement({ actions, resources: [this.deadLetters.queueArn] }));
    this.grantSend(fn);
  }

  /** Lets a function see how many messages wait and how many are dead, but not read them. */
  grantWatch(fn: LambdaFunction): void {
    const resources = [this.queue.queueArn, this.deadLetters.queueArn];
    fn.addToRolePolicy(new PolicyStatement({ actions: ['sqs:GetQueueAttributes'], resources }));
    fn.addEnvironment(ENV.observeQueueUrl, this.queue.queueUrl);
    fn.addEnvironment(ENV.observeDeadLetterQueueUrl, this.deadLetters.queueUrl);
  }
}
