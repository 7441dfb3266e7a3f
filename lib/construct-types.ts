import type { ITable } from 'aws-cdk-lib/aws-dynamodb';

/** A DynamoDB table by what is asked of it: whatever is an `ITable` will do. */
export type TableReference = Pick<ITable, 'tableName' | 'tableArn'>;

/**
 * Of what tells that a person must act; each is also the heading of its article in docs/runbook.md. `rotation-failing` is there where
 * the policy wants rotations.
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
  | 'rotation-failing'
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
