import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Answer, Delivery } from '../use-cases/receive-webhook.ts';

/** The delivery in an event of an API Gateway HTTP API, payload format 2.0. */
export function toDelivery(event: APIGatewayProxyEventV2): Delivery {
  return {
    source: event.pathParameters?.source ?? '',
    id: header(event, 'webhook-id'),
    timestamp: header(event, 'webhook-timestamp'),
    signature: header(event, 'webhook-signature'),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** A short JSON answer. */
export function toResponse({ status, message }: Answer): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  };
}

/** The header in whatever case it is written. An id or timestamp that came twice keeps both values and so passes no format check. */
function header(event: APIGatewayProxyEventV2, name: string): string {
  return Object.entries(event.headers)
    .filter(([key]) => key.toLowerCase() === name)
    .map(([, value]) => value)
    .join(', ');
}
