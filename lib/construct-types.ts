import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { SharingPolicy } from './policy-types.ts';

/** Who gets what, as an object or as a file, and what of your own the construct is to use. */
export interface CheckpointSharingProps {
  /**
   * What `sharing.yaml` would say, checked by the same code. ARNs of secrets may be those of secrets in the same app
   * (`secret.secretArn`).
   *
   * @defaultValue `policyFile` says it; one of the two is given.
   */
  readonly policy?: SharingPolicy;
  /**
   * Path of a `sharing.yaml`, from the current directory.
   *
   * @defaultValue `policy` says it.
   */
  readonly policyFile?: string;
  /**
   * The ledger that an earlier stack has left, a restored one, or a table of your own: partition key `pk` and sort key `sk`, both
   * texts, `ttl` for the time to live, and an index `due` with the partition key `dueLane` and the sort key `dueOrder`, both texts.
   * One that is encrypted with a key of yours needs that as `encryptionKey`.
   *
   * @defaultValue A table is made, paid by request, with point-in-time recovery.
   */
  readonly ledgerTable?: TableReference;
  /**
   * The ledger table of another stack of the same OpenAI organisation: both then share one pacer, and its limits.
   *
   * @defaultValue The pacer is the stack's own.
   */
  readonly pacerTable?: TableReference;
  /**
   * Whether the ledger and the secrets that are made stay when the stack is deleted. False for a stack to throw away.
   *
   * @defaultValue true
   */
  readonly retain?: boolean;
  /**
   * What the table, the queues and the secrets that are made are encrypted with. The functions get the right to use it.
   *
   * @defaultValue Keys that AWS owns or manages.
   */
  readonly encryptionKey?: IKey;
  /**
   * The topic that all alarms tell. One of your own key must let CloudWatch use that.
   *
   * @defaultValue Alarms only change their colour.
   */
  readonly alarmTopic?: ITopic;
  /**
   * The EventBridge bus that events go to. One of your own key must let EventBridge use that.
   *
   * @defaultValue One is made, of the stack's name.
   */
  readonly eventBus?: IEventBus;
  /**
   * The VPC that the functions run in. OpenAI and the APIs of DynamoDB, Secrets Manager, SQS, Lambda, EventBridge and STS must be
   * reached from there.
   *
   * @defaultValue In none.
   */
  readonly vpc?: IVpc;
  /**
   * Which subnets of `vpc`.
   *
   * @defaultValue Its private ones.
   */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * The security groups of the functions in `vpc`.
   *
   * @defaultValue One is made, that lets everything out and nothing in.
   */
  readonly securityGroups?: readonly ISecurityGroup[];
  /**
   * Whether Secrets Manager drives the rotations that the policy wants. False where it knows no schedules, as in some local
   * clouds: the functions are there all the same.
   *
   * @defaultValue true
   */
  readonly rotationSchedules?: boolean;
  /**
   * Whether the stack gets the outputs of the command line's documentation: `WebhookUrl`, `LedgerTableName`, …
   *
   * @defaultValue true
   */
  readonly outputs?: boolean;
}

/** A DynamoDB table by what is asked of it: whatever is an `ITable` will do. */
export type TableReference = Pick<ITable, 'tableName' | 'tableArn'>;

/**
 * Of what tells that a person must act; each is also the heading of its article in docs/runbook.md, but for those of the rotations,
 * which are there where the policy wants them.
 */
export type AlarmName =
  | 'dead-letters'
  | 'queue-age'
  | 'webhook-errors'
  | 'observe-errors'
  | 'share-failing'
  | 'reconcile-failing'
  | 'keys-failing'
  | 'publish-failing'
  | 'rotate-admin-key-failing'
  | 'rotate-project-key-failing'
  | 'rotate-webhook-secret-failing'
  | 'share-silent'
  | 'reconcile-silent'
  | 'source-failing'
  | 'plan-waiting'
  | 'absence-waiting'
  | 'shutdown-ahead'
  | 'openai-refuses'
  | 'key-expiring'
  | 'key-unused'
  | 'key-deleted-elsewhere'
  | 'rotation-overdue'
  | 'row-unwritable'
  | 'token-exchange-refused';

/** What the functions tell; docs/metrics.md says of each what it is, its unit and its dimensions. */
export type MetricName =
  | 'Webhooks'
  | 'Signals'
  | 'JobToPermission'
  | 'ObserveLag'
  | 'DueCheckpoints'
  | 'OldestDue'
  | 'Permissions'
  | 'Staleness'
  | 'KeyAge'
  | 'AdminCalls'
  | 'PacerLimit'
  | 'PacerWait';
