import { CfnOutput, CliCredentialsStackSynthesizer, Duration, type IStackSynthesizer, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OUTPUT, ROTATION_OUTPUT } from '../lambdas/shared/contract/names.ts';
import { Events } from './constructs/events.ts';
import { grantIdentities } from './constructs/identity.ts';
import { Keys } from './constructs/keys.ts';
import { Ledger } from './constructs/ledger.ts';
import { Observability } from './constructs/observability.ts';
import { Observe } from './constructs/observe.ts';
import { ObserveQueue } from './constructs/observe-queue.ts';
import { Operator } from './constructs/operator.ts';
import { Reconcile } from './constructs/reconcile.ts';
import { rotationsOf } from './constructs/rotation.ts';
import { Secrets } from './constructs/secrets.ts';
import { Share } from './constructs/share.ts';
import { WebhookEndpoint } from './constructs/webhook-endpoint.ts';
import type { Settings } from './settings.ts';

/** Checkpoint Sharing, whole. It names no account and no region: it goes where the caller's credentials point. */
export class SharingStack extends Stack {
  constructor(scope: Construct, settings: Settings) {
    super(scope, settings.stackName, {
      description: 'Shares fine-tuned OpenAI checkpoints with other projects, by policy.',
      // The cast: the CDK's own class does not fit its interface under TypeScript's exactOptionalPropertyTypes.
      ...(settings.synthesizer === 'cli-credentials' && {
        synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer,
      }),
    });
    Tags.of(this).add('application', 'openai-checkpoint-sharing');
    const { policy, retain, ledgerTable, pacerTable, alarmTopic, eventBus } = settings;

    const secrets = new Secrets(this, 'Secrets', { policy, retain });
    const ledger = new Ledger(this, 'Ledger', { retain, ledgerTable, pacerTable });
    const queue = new ObserveQueue(this, 'ObserveQueue', { consumerTimeout: Observe.timeout });

    const webhook = new WebhookEndpoint(this, 'Webhook', { secrets, queue });
    const share = new Share(this, 'Share', { policy, ledger, secrets });
    const observe = new Observe(this, 'Observe', { policy, ledger, secrets, queue, share });
    const reconcile = new Reconcile(this, 'Reconcile', { policy, ledger, secrets, queue, share });
    const operator = new Operator(this, 'Operator', { policy, ledger, secrets, queue, share, reconcile, webhook });

    const keys = new Keys(this, 'Keys', { policy, ledger, secrets, webhook });
    const rotations = rotationsOf(this, { policy, ledger, secrets, webhook, schedules: settings.rotationSchedules });
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
      ...{
        observe: functions.observe,
        reconcile: functions.reconcile,
        operator: functions.operator,
        keys: functions.keys,
      },
      ...(rotatesWebhookSecrets && { [rotatesWebhookSecrets.name]: rotatesWebhookSecrets.function }),
    });

    const observability = new Observability(this, 'Observability', {
      functions,
      rotations,
      api: webhook.api,
      queue,
      reconcileEvery: Duration.seconds(policy.reconcile.everySeconds),
      alarmTopic,
    });

    this.#output(OUTPUT.webhookUrl, webhook.url, 'Append the alias of a source: OpenAI delivers its events there');
    this.#output(OUTPUT.ledgerTable, ledger.tableName, 'What is wanted, what is due and what was done');
    this.#output(OUTPUT.webhookFunction, functions.webhook.functionName);
    this.#output(OUTPUT.observeFunction, functions.observe.functionName);
    this.#output(OUTPUT.shareFunction, functions.share.functionName);
    this.#output(OUTPUT.reconcileFunction, functions.reconcile.functionName);
    this.#output(OUTPUT.operatorFunction, functions.operator.functionName, 'What the ckpt CLI invokes');
    this.#output(OUTPUT.keysFunction, functions.keys.functionName, 'What the ckpt CLI invokes to make and delete keys');
    for (const { name, function: fn } of rotations) {
      this.#output(ROTATION_OUTPUT[name], fn.functionName, 'What Secrets Manager invokes to rotate');
    }
    this.#output(OUTPUT.adminKeySecret, secrets.adminKeyArn, 'Holds the OpenAI admin key');
    this.#output(OUTPUT.dashboard, observability.dashboardUrl);
    this.#output(OUTPUT.publishFunction, functions.publish.functionName);
    this.#output(OUTPUT.eventBus, events.busName, 'Tells what was shared, revoked, refused, and what needs a person');
  }

  #output(name: string, value: string, description?: string): void {
    new CfnOutput(this, name, { value, ...(description === undefined ? {} : { description }) });
  }
}
