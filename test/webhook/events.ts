import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Signed } from '../core/webhook/signing.ts';

export const JOB_EVENT = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'fine_tuning.job.succeeded',
  created_at: 1_795_000_000,
  data: { id: 'ftjob-1' },
});

/** An HTTP API event as API Gateway makes it: header names in lower case, bodies it takes for binary in base64. */
export function httpEvent(
  source: string,
  { id, timestamp, signature, body }: Signed,
  { base64 = false, headers = {} }: { base64?: boolean; headers?: Record<string, string> } = {},
): APIGatewayProxyEventV2 {
  const path = `/webhooks/${source}`;
  return {
    version: '2.0',
    routeKey: 'POST /webhooks/{source}',
    rawPath: path,
    rawQueryString: '',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
      ...headers,
    },
    pathParameters: { source },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'api',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'OpenAI' },
      requestId: 'request-1',
      routeKey: 'POST /webhooks/{source}',
      stage: '$default',
      time: '20/Nov/2026:00:00:00 +0000',
      timeEpoch: 1_795_000_000_000,
    },
    body: Buffer.from(body).toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  };
}
