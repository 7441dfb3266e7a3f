import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LEDGER } from '../../lambdas/shared/contract/ledger-keys.ts';
import { METRICS, QUESTIONS, SIGNALS } from '../../lambdas/shared/contract/metrics.ts';
import { ENV, OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { rulePacks } from '../../lib/checks.ts';
import { functionOf, nameOf, propertiesOf } from './reading.ts';
import { POLICY, synthesize } from './synthesize.ts';

const { app, template } = synthesize();
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

it('the template is the one that was reviewed', () => {
  const withoutHashes = JSON.stringify(template.toJSON(), null, 2).replace(
    /[0-9a-f]{64}\.zip/g,
    '<hash of the code>.zip',
  );
  expect(withoutHashes).toMatchSnapshot();
});

it('all outputs of the contract are there', () => {
  expect(Object.keys(template.toJSON().Outputs)).toEqual(expect.arrayContaining(Object.values(OUTPUT)));
});

it.each(rulePacks())('no rule of the pack $name is broken without a reason given', (pack) => {
  expect(pack.validateScope(app).violations).toEqual([]);
});

describe('queues', () => {
  const queues = propertiesOf(template, 'AWS::SQS::Queue');
  const [queue, ...others] = Object.values(queues).filter(({ RedrivePolicy }) => RedrivePolicy !== undefined);
  const redrive = queue?.RedrivePolicy as { deadLetterTargetArn: { 'Fn::GetAtt': string[] }; maxReceiveCount: number };

  it('every queue refuses plain HTTP and is encrypted', () => {
    const refusing = Object.values(propertiesOf(template, 'AWS::SQS::QueuePolicy')).flatMap(
      ({ Queues, PolicyDocument }) => {
        expect(PolicyDocument).toMatchObject({
          Statement: [
            {
              Effect: 'Deny',
              Action: 'sqs:*',
              Principal: { AWS: '*' },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        });
        return (Queues as { Ref: string }[]).map(({ Ref }) => Ref);
      },
    );
    expect(refusing.sort()).toEqual(Object.keys(queues).sort());
    for (const { SqsManagedSseEnabled } of Object.values(queues)) expect(SqsManagedSseEnabled).toBe(true);
  });

  it('visibility is at least six times the timeout of the function that takes from the queue', () => {
    const { Timeout } = functionOf(template, OUTPUT.observeFunction);
    expect(queue?.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
  });

  it('a message goes to the dead-letter queue after five receives and stays there for 14 days', () => {
    expect(others).toEqual([]);
    expect(redrive.maxReceiveCount).toBe(5);
    const deadLetters = queues[redrive.deadLetterTargetArn['Fn::GetAtt'][0] ?? ''];
    expect(deadLetters?.MessageRetentionPeriod).toBe(14 * 24 * 3600);
  });

  it('one bad message does not bring back the others of its batch', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 5,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });
});

describe('what must not get lost', () => {
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

  it('the ledger survives a stack delete, refuses to be deleted, and can be put back to any second of 35 days', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      ...kept,
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: LEDGER.ttl, Enabled: true },
        BillingMode: 'PAY_PER_REQUEST',
      },
    });
  });

  it('the secrets that the stack makes survive it, and are made empty', () => {
    const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret'));
    expect(secrets).toHaveLength(3);
    for (const { Properties, ...policies } of secrets) {
      expect(policies).toMatchObject(kept);
      expect(Object.keys(Properties).sort()).toEqual(['Description', 'Tags']);
    }
  });

  it('both have the tag by which the runbook has them found when the stack is gone', () => {
    const [, Key, Value] = /--tag-filters Key=(\S+),Values=(\S+)/.exec(runbook) ?? [];
    for (const type of ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret']) {
      for (const { Tags } of Object.values(propertiesOf(template, type))) expect(Tags).toContainEqual({ Key, Value });
    }
  });

  it('every log group forgets after 30 days', () => {
    const groups = Object.values(propertiesOf(template, 'AWS::Logs::LogGroup'));
    expect(groups).toHaveLength(8);
    for (const { RetentionInDays } of groups) expect(RetentionInDays).toBe(30);
  });
});

describe('functions', () => {
  const functions = Object.values(propertiesOf(template, 'AWS::Lambda::Function'));

  it('every function runs Node 24 on arm64 and logs JSON to a group of its own', () => {
    expect(functions).toHaveLength(7);
    for (const properties of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON' },
      });
    }
    expect(new Set(functions.map(({ LoggingConfig }) => JSON.stringify(LoggingConfig))).size).toBe(7);
  });

  it('the functions that the CLI asks have the names that it expects', () => {
    expect(functionOf(template, OUTPUT.operatorFunction).FunctionName).toBe('CheckpointSharing-operator');
    expect(functionOf(template, OUTPUT.keysFunction).FunctionName).toBe('CheckpointSharing-keys');
  });

  it('share and publish are woken every minute, observe every five, reconcile as often as the policy says, and keys are swept', () => {
    const schedules = Object.values(propertiesOf(template, 'AWS::Scheduler::Schedule')).map(
      ({ ScheduleExpression, Target }) => [nameOf((Target as { Arn: { Ref: string } }).Arn), ScheduleExpression],
    );
    expect(schedules).toEqual([
      ['ShareFunction', 'rate(1 minute)'],
      ['ObserveFunction', 'rate(5 minutes)'],
      ['ReconcileFunction', 'rate(15 minutes)'],
      ['KeysFunction', 'rate(15 minutes)'],
      ['EventsFunction', 'rate(1 minute)'],
    ]);
  });

  it('a wake-up that failed is not repeated: the next tick does the same', () => {
    const configs = Object.values(propertiesOf(template, 'AWS::Lambda::EventInvokeConfig'));
    expect(configs).toHaveLength(4);
    for (const config of configs) {
      expect(config).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    }
  });
});

describe('the webhook endpoint', () => {
  it('has one route, throttled', () => {
    const routes = Object.values(propertiesOf(template, 'AWS::ApiGatewayV2::Route'));
    expect(routes.map(({ RouteKey }) => RouteKey)).toEqual(['POST /webhooks/{source}']);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
  });

  it('logs every request as JSON, without headers or bodies', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const fields = Object.values<string>(JSON.parse(stage?.Properties.AccessLogSettings.Format));
    expect(fields).toContain('$context.status');
    expect(fields.join(' ')).not.toMatch(/header|body|request\.|authorizer/i);
  });

  it('has a URL to which the alias of a source is appended', () => {
    expect(nameOf(template.toJSON().Outputs[OUTPUT.webhookUrl].Value)).toMatch(/^WebhookApi\/webhooks$/);
  });
});

describe('alarms', () => {
  const articles = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((article) => {
        const [heading = '', ...text] = article.split('\n');
        return [heading, text.join('\n')];
      }),
  );
  const alarms = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'));
  const articleOf = ({ AlarmDescription }: Readonly<Record<string, unknown>>) =>
    /docs\/runbook\.md#(.+)$/.exec(String(AlarmDescription))?.[1] ?? '';

  it('every alarm links to an article that exists in docs/runbook.md', () => {
    for (const alarm of alarms) {
      const article = articles.get(articleOf(alarm)) ?? '';
      for (const part of ['What it means.', 'What to look at.', 'How to mend.']) expect(article).toContain(part);
    }
  });

  it('is about what has its name, and each rotation has one of its own', () => {
    const rotating = synthesize(`${POLICY}rotation: { adminKey: 60 days, webhookSecrets: 60 days }\n`).template;
    const all = Object.values(propertiesOf(rotating, 'AWS::CloudWatch::Alarm'));
    const rotations = all.filter((alarm) => articleOf(alarm) === 'rotation-failing').map(({ AlarmName }) => AlarmName);
    expect(rotations).toEqual(
      ['admin-key', 'webhook-secret'].map((kind) => `CheckpointSharing-rotate-${kind}-failing`),
    );
    for (const alarm of alarms) expect(alarm.AlarmName).toBe(`CheckpointSharing-${articleOf(alarm)}`);
    expect([...new Set(all.map(articleOf))]).toEqual([...articles.keys()]);
  });

  it('the README counts them right', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(/(\d+) alarms/.exec(readme)?.[1]).toBe(String(alarms.length));
  });

  describe('of a function that is not invoked any more', () => {
    const named = (name: string, of = alarms) => of.find(({ AlarmName }) => AlarmName === `CheckpointSharing-${name}`);
    const silent = { MetricName: 'Invocations', Statistic: 'Sum', EvaluationPeriods: 3, TreatMissingData: 'breaching' };
    const isBelow = { ComparisonOperator: 'LessThanThreshold' };
    const ofReconcile = (every: string) => {
      const { template: other } = synthesize(`${POLICY}reconcile: { every: ${every} }\n`);
      return named('reconcile-silent', Object.values(propertiesOf(other, 'AWS::CloudWatch::Alarm')));
    };

    it('ring, though there is no data of it', () => {
      expect(named('share-silent')).toMatchObject({ ...silent, ...isBelow, Period: 300 });
      expect(named('reconcile-silent')).toMatchObject({ ...silent, ...isBelow, Period: 900, Threshold: 1 });
    });

    it('are about share and reconcile, whose ticks nothing else makes up for', () => {
      const watched = ['share-silent', 'reconcile-silent'].map((name) => nameOf(named(name)?.Dimensions ?? null));
      expect(watched).toEqual([expect.stringContaining('ShareFunction'), expect.stringContaining('ReconcileFunction')]);
    });

    it('take no wake-up by a reconcile for the tick of every minute', () => {
      const { Threshold, Period } = named('share-silent') ?? {};
      const wakeUps = Math.ceil(Number(Period) / 900);
      expect(wakeUps).toBeLessThan(Number(Threshold));
      expect(Number(Period) / 60).toBeGreaterThan(Number(Threshold));
    });

    it('wait for as long as reconcile may rest', () => {
      expect(ofReconcile('24 hours')).toMatchObject({ ...silent, Period: 86_400 });
      expect(ofReconcile('1 minute')).toMatchObject({ ...silent, Period: 300 });
    });
  });
});

describe('the dashboard', () => {
  const [dashboard] = Object.values(propertiesOf(template, 'AWS::CloudWatch::Dashboard'));
  const text = nameOf(dashboard?.DashboardBody ?? null);

  it('asks the questions of a person in their order, after what is wrong now', () => {
    const found = ['"type":"alarm"', ...Object.values(QUESTIONS)].map((part) => text.indexOf(part));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  it.each(Object.keys(METRICS))('shows %s, in the stack’s namespace', (name) => {
    const plain = `"CheckpointSharing","${name}"`;
    const search = new RegExp(String.raw`SEARCH\('\{\\+"CheckpointSharing\\+"[^}]*\} MetricName=\\+"${name}\\+"'`);
    expect(text.includes(plain) || search.test(text)).toBe(true);
  });
});

describe('the metrics', () => {
  it('are written under the name of the stack by every function, and read there by the alarms', () => {
    for (const { Environment } of Object.values(propertiesOf(template, 'AWS::Lambda::Function'))) {
      expect(Environment).toMatchObject({ Variables: { [ENV.stackName]: 'CheckpointSharing' } });
    }
    const alarms = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'));
    const ofSignals = alarms.filter(({ MetricName }) => MetricName === 'Signals');
    expect(ofSignals.map(({ Dimensions }) => Dimensions)).toEqual(SIGNALS.map((Value) => [{ Name: 'Signal', Value }]));
    for (const { AlarmName, Dimensions, Namespace } of ofSignals) {
      expect(Namespace).toBe('CheckpointSharing');
      expect(AlarmName).toBe(`CheckpointSharing-${(Dimensions as { Value: string }[])[0]?.Value}`);
    }
  });
});
