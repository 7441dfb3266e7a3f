import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { LEDGER, PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import type { TableReference } from '../construct-types.ts';

type Partition = (typeof PARTITION)[keyof typeof PARTITION];

export interface LedgerProps {
  /** Whether the table outlives the stack and refuses to be deleted. */
  readonly retain: boolean;
  /** A table that is there already: an earlier stack's, or a restored one; null = the stack makes its own. */
  readonly ledgerTable: TableReference | null;
  /** The table with the pacer's windows; null = they are kept in this ledger. */
  readonly pacerTable: TableReference | null;
  /** What a table that the stack makes is encrypted with; null = a key of DynamoDB. */
  readonly encryptionKey: IKey | null;
}

/** What may be done with rows. Nobody scans. */
const ACTIONS = {
  get: 'dynamodb:GetItem',
  query: 'dynamodb:Query',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  putMany: 'dynamodb:BatchWriteItem',
} as const;

/** Of each right, the partitions on which a function has it. */
type Rights = Partial<Readonly<Record<keyof typeof ACTIONS, readonly Partition[]>>>;

/** What writing an event takes that is about no checkpoint. */
export const EVENTS: readonly Partition[] = [PARTITION.event, PARTITION.outbox];

/** What writing a checkpoint takes, each time together with the events, or the mark, that tell of it. */
export const RECORDS: readonly Partition[] = [PARTITION.checkpoint, PARTITION.history, PARTITION.change, ...EVENTS];

/** The table of what is wanted, what is due and what was done. A function gets the partitions that it works on. */
export class Ledger extends Construct {
  readonly table: TableReference;
  readonly #pacer: TableReference;

  constructor(scope: Construct, id: string, props: LedgerProps) {
    super(scope, id);
    this.table = props.ledgerTable ?? this.#makeTable(props);
    this.#pacer = props.pacerTable ?? this.table;
  }

  #makeTable({ retain, encryptionKey }: LedgerProps): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: LEDGER.partitionKey, type: AttributeType.STRING },
      sortKey: { name: LEDGER.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: LEDGER.ttl,
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
    });
    // Keys are enough: the index may lag, so whoever finds a row there reads the row itself.
    table.addGlobalSecondaryIndex({
      indexName: LEDGER.dueIndex,
      partitionKey: { name: LEDGER.dueLane, type: AttributeType.STRING },
      sortKey: { name: LEDGER.dueOrder, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  /**
   * Gives a function rights to the rows of these partitions and of no others, in one statement a right: the keys of one
   * transaction may be judged together. The local cloud's IAM knows actions and tables and not the partitions: test/iam holds
   * what the functions do against what is given here. Nobody may update or delete an event.
   */
  grantRows(fn: LambdaFunction, rights: Rights): void {
    for (const [right, action] of Object.entries(ACTIONS)) {
      const partitions = rights[right as keyof Rights] ?? [];
      if (partitions.length > 0) fn.addToRolePolicy(onRows(this.table.tableArn, [action], partitions));
    }
    fn.addEnvironment(ENV.ledgerTable, this.table.tableName);
  }

  /** Lets a function ask which checkpoints are due, or which jobs are to be read again. */
  grantDueWork(fn: LambdaFunction): void {
    const index = `${this.table.tableArn}/index/${LEDGER.dueIndex}`;
    fn.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:Query'], resources: [index] }));
    fn.addEnvironment(ENV.ledgerTable, this.table.tableName);
  }

  /** Lets a function take slots of the organisation's pacer. */
  grantPacing(fn: LambdaFunction): void {
    const actions = ['dynamodb:GetItem', 'dynamodb:PutItem'];
    fn.addToRolePolicy(onRows(this.#pacer.tableArn, actions, [PARTITION.pacer]));
    fn.addEnvironment(ENV.pacerTable, this.#pacer.tableName);
  }
}

/**
 * `ForAllValues` is also true of a request that has no leading keys, such as a Scan: none of the actions given here is
 * such a request.
 */
function onRows(arn: string, actions: string[], partitions: readonly Partition[]): PolicyStatement {
  return new PolicyStatement({
    actions,
    resources: [arn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': partitions } },
  });
}
