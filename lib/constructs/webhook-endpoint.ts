import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { SharingFunction } from './function-defaults.ts';
import type { ObserveQueue } from './observe-queue.ts';
import type { Secrets } from './secrets.ts';

export interface WebhookEndpointProps {
  readonly secrets: Secrets;
  readonly queue: ObserveQueue;
}

/** What is logged of a request: no header and no body, which carry signatures and other people's data. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

/** Where OpenAI delivers: `POST {url}/{source}`, and no other route. */
export class WebhookEndpoint extends Construct {
  readonly function: SharingFunction;
  readonly api: HttpApi;
  /** Without the source's alias and without a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { secrets, queue }: WebhookEndpointProps) {
    super(scope, id);
    this.function = new SharingFunction(this, 'Function', {
      handler: 'webhook',
      timeout: Duration.seconds(10),
      // OpenAI waits a few seconds for an answer; CPU, which comes with memory, is most of a cold start.
      memorySize: 512,
      whyNoDeadLetterQueue:
        'Invoked synchronously; an event that gets no 200 is delivered again by OpenAI for 72 hours.',
    });
    secrets.grantWebhookSecrets(this.function);
    queue.grantSend(this.function);

    this.api = new HttpApi(this, 'Api', { description: 'OpenAI webhooks', createDefaultStage: false });
    const [route] = this.api.addRoutes({
      path: '/webhooks/{source}',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Webhook', this.function),
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // Far above what ends in jobs, far below what would cost money. OpenAI delivers a throttled event again.
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    this.url = `${this.api.apiEndpoint}/webhooks`;
    if (route)
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'OpenAI cannot sign for an AWS authorizer; the function verifies the HMAC signature over the raw body.',
      });
  }
}
