import { relative, resolve } from 'node:path';
import { Annotations, CfnOutput, Duration, Stack, Tags, Token } from 'aws-cdk-lib';
import type { Alarm, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { OUTPUT, ROTATION_OUTPUT } from '../lambdas/shared/contract/names.ts';
import type { AlarmName, CheckpointSharingProps, MetricName, TableReference } from './construct-types.ts';
import { Events } from './constructs/events.ts';
import { grantIdentities } from './constructs/identity.ts';
import { Keys } from './constructs/keys.ts';
import { Ledger } from './constructs/ledger.ts';
import { metricOf } from './constructs/metric.ts';
import { Network } from './constructs/network.ts';
import { Observability } from './constructs/observability.ts';
import { Observe } from './constructs/observe.ts';
import { ObserveQueue } from './constructs/observe-queue.ts';
import { Operator } from './constructs/operator.ts';
import { Reconcile } from './constructs/reconcile.ts';
import { rotationsOf } from './constructs/rotation.ts';
import { Secrets } from './constructs/secrets.ts';
import { Share } from './constructs/share.ts';
import { WebhookEndpoint } from './constructs/webhook-endpoint.ts';
import { DeployError, type ReadPolicy, readPolicyFile, readPolicyObject } from './read-policy.ts';
import { STACK_NAME } from './settings.ts';

/**
 * Checkpoint Sharing, whole: shares the fine-tuned checkpoints of an OpenAI organisation with its projects by policy. A stack holds
 * one of it; several organisations are several stacks. `ckpt --stack NAME` asks the one in the stack of that name.
 *
 * @example
 * ```ts
 * new CheckpointSharing(stack, 'Sharing', { policyFile: 'sharing.yaml' });
 * ```
 */
export class CheckpointSharing extends Construct {
  /** Where OpenAI delivers, without the source's alias: `POST {webhookUrl}/{alias}`. */
  readonly webhookUrl: string;
  /** What is wanted, what is due and what was done. */
  readonly ledgerTable: TableReference;
  /** The bus that tells what was shared, revoked or refused, and what needs a person: for rules of your own. */
  readonly eventBus: IEventBus;
  /** ARN of the secret that holds the OpenAI admin key: the one that the policy names, or one that was made empty. */
  readonly adminKeySecretArn: string;
  readonly #operator: IFunction;
  readonly #keys: IFunction;
  readonly #alarms: ReadonlyMap<AlarmName, Alarm>;

  /**
   * @param scope - A stack, or something in one. It needs no certain account or region.
   * @param id - Of the construct in its scope.
   * @param props - One of `policy` and `policyFile`, and whatever else is not to be as usual.
   * @throws An error whose message lists every mistake in the policy, or says what else to mend.
   */
  constructor(scope: Construct, id: string, props: CheckpointSharingProps) {
    super(scope, id);
    const stack = Stack.of(this);
    assertOnlyOne(this, stack);
    Tags.of(this).add('application', 'openai-checkpoint-sharing');
    const { retain = true, outputs = true, rotationSchedules: schedules = true, vpc } = props;
    const { policy, warnings } = readPolicy(props, schedules);
    if (warnings !== '') Annotations.of(this).addWarningV2('openai-checkpoint-sharing:policy', warnings);
    const { encryptionKey = null, ledgerTable = null, pacerTable = null, alarmTopic = null, eventBus = null } = props;

    const secrets = new Secrets(this, 'Secrets', { policy, retain, outputs, encryptionKey });
    const ledger = new Ledger(this, 'Ledger', { retain, ledgerTable, pacerTable, encryptionKey });
    const queue = new ObserveQueue(this, 'ObserveQueue', { consumerTimeout: Observe.timeout, encryptionKey });

    const webhook = new WebhookEndpoint(this, 'Webhook', { secrets, queue });
    const share = new Share(this, 'Share', { policy, ledger, secrets });
    const observe = new Observe(this, 'Observe', { policy, ledger, secrets, queue, share });
    const reconcile = new Reconcile(this, 'Reconcile', { policy, ledger, secrets, queue, share });
    const operator = new Operator(this, 'Operator', { policy, ledger, secrets, queue, share, reconcile, webhook });

    const keys = new Keys(this, 'Keys', { policy, ledger, secrets, webhook });
    const rotations = rotationsOf(this, { policy, ledger, secrets, webhook, schedules });
    const rotatesWebhookSecrets = rotations.find(({ name }) => name === 'rotate-webhook-secret');

    const events = new Events(this, 'Events', { policy, ledger, eventBus });

    const functions = {
      webhook: webhook.function,
      observe: observe.function,
      share: share.function,
      reconcile: reconcile.function,
      operator: operator.function,
      keys: keys.function,
      publish: events.function,
    };
    grantIdentities(policy, ledger, {
      observe: functions.observe,
      reconcile: functions.reconcile,
      operator: functions.operator,
      keys: functions.keys,
      ...(rotatesWebhookSecrets && { [rotatesWebhookSecrets.name]: rotatesWebhookSecrets.function }),
    });
    const every = [...Object.values(functions), ...rotations.map((rotation) => rotation.function)];
    if (encryptionKey) for (const fn of every) encryptionKey.grant(fn, ...KEY_USE);
    if (vpc) new Network(this, 'Network', { ...props, vpc }, every);
    const observability = new Observability(this, 'Observability', {
      functions,
      rotations,
      api: webhook.api,
      queue,
      reconcileEvery: Duration.seconds(policy.reconcile.everySeconds),
      alarmTopic,
    });

    this.webhookUrl = webhook.url;
    this.ledgerTable = ledger.table;
    this.eventBus = events.bus;
    this.adminKeySecretArn = secrets.adminKeyArn;
    this.#operator = operator.function;
    this.#keys = keys.function;
    this.#alarms = observability.alarms;
    if (!outputs) return;
    const output = (name: string, value: string, description?: string) =>
      new CfnOutput(stack, name, { value, ...(description === undefined ? {} : { description }) });
    output(OUTPUT.webhookUrl, webhook.url, 'Append the alias of a source: OpenAI delivers its events there');
    output(OUTPUT.ledgerTable, ledger.table.tableName, 'What is wanted, what is due and what was done');
    output(OUTPUT.webhookFunction, functions.webhook.functionName);
    output(OUTPUT.observeFunction, functions.observe.functionName);
    output(OUTPUT.shareFunction, functions.share.functionName);
    output(OUTPUT.reconcileFunction, functions.reconcile.functionName);
    output(OUTPUT.operatorFunction, functions.operator.functionName, 'What the ckpt CLI invokes');
    output(OUTPUT.keysFunction, functions.keys.functionName, 'What the ckpt CLI invokes to make and delete keys');
    for (const { name, function: fn } of rotations) {
      output(ROTATION_OUTPUT[name], fn.functionName, 'What Secrets Manager invokes to rotate');
    }
    output(OUTPUT.adminKeySecret, secrets.adminKeyArn, 'Holds the OpenAI admin key');
    output(OUTPUT.dashboard, observability.dashboardUrl);
    output(OUTPUT.publishFunction, functions.publish.functionName);
    output(
      OUTPUT.eventBus,
      events.bus.eventBusName,
      'Tells what was shared, revoked, refused, and what needs a person',
    );
  }

  /**
   * Lets somebody use `ckpt`, but for its commands that make, change and delete keys: share and revoke by hand, plan, apply, look.
   * It is the right to invoke one function, the operator's.
   *
   * @param grantee - A role, user or group, or what has a role.
   * @returns The grant, to be added to or waited for.
   */
  grantOperate(grantee: IGrantable): Grant {
    return grantInvoke(grantee, this.#operator);
  }

  /**
   * Lets somebody make, change and delete keys and webhook endpoints at OpenAI through `ckpt`; the values go into secrets, which this
   * gives no right to read. It is the right to invoke one function, and holds no right to operate: give both where both are meant.
   *
   * @param grantee - A role, user or group, or what has a role.
   * @returns The grant, to be added to or waited for.
   */
  grantKeys(grantee: IGrantable): Grant {
    return grantInvoke(grantee, this.#keys);
  }

  /**
   * One of the alarms, to add an action of your own or to put it on a dashboard; its `metric` is what it watches.
   *
   * @param name - Of the alarm.
   * @throws An error for a rotation that the policy does not want.
   */
  alarm(name: AlarmName): Alarm {
    const alarm = this.#alarms.get(name);
    if (alarm === undefined) {
      throw new DeployError(`There is no alarm ${name}: it is there where the policy wants that rotation.`);
    }
    return alarm;
  }

  /**
   * What the functions tell, for alarms and dashboards of your own.
   *
   * @param name - Of the metric.
   * @param options - Its dimensions, each with a value (`dimensionsMap`), and what is to be other than in the dashboard: statistic,
   * period (else five minutes), label, colour.
   * @throws An error where a dimension has no value, or not one of its own.
   */
  metric(name: MetricName, options: MetricOptions = {}): Metric {
    return metricOf(this, name, options);
  }
}

/** What DynamoDB, SQS and Secrets Manager ask of the key in a function's name. Without wildcards, unlike the CDK's own grants. */
const KEY_USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];

function readPolicy({ policy, policyFile }: CheckpointSharingProps, scheduled: boolean): ReadPolicy {
  if ((policy === undefined) === (policyFile === undefined)) {
    throw new DeployError('CheckpointSharing needs its policy, once: as an object (policy) or as a file (policyFile).');
  }
  if (policy !== undefined) return readPolicyObject(policy, scheduled);
  const path = resolve(policyFile ?? '');
  const name = relative('', path);
  return readPolicyFile(path, name, `There is no policy file ${name}: policyFile must name one.`, scheduled);
}

/** Names follow from the stack's, so that the command line finds the functions by that alone. */
function assertOnlyOne(sharing: CheckpointSharing, stack: Stack): void {
  const { pattern, expected } = STACK_NAME;
  if (Token.isUnresolved(stack.stackName) || !pattern.test(stack.stackName)) {
    throw new DeployError(
      `CheckpointSharing needs a stack whose name is ${expected}, known before it is deployed; a nested stack has none: put it into a stack of its own.`,
    );
  }
  if (stack.node.findAll().some((other) => other !== sharing && other instanceof CheckpointSharing)) {
    throw new DeployError(
      `The stack ${stack.stackName} holds a CheckpointSharing already: give each OpenAI organisation a stack of its own.`,
    );
  }
}

/** Not `fn.grantInvoke`, which is good for every version and alias, too. */
function grantInvoke(grantee: IGrantable, fn: IFunction): Grant {
  return Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns: [fn.functionArn] });
}
