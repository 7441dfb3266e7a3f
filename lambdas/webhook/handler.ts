import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { asLog, createLogger } from '../shared/runtime/logger.ts';
import { readSettings } from './env.ts';
import { toDelivery, toResponse } from './http.ts';
import { wire } from './wire.ts';

const logger = createLogger('webhook');
const receive = wire(readSettings(), asLog(logger));

/** `POST /webhooks/{source}` of the HTTP API, payload format 2.0. */
export async function handler(
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  logger.addContext(context);
  return toResponse(await receive(toDelivery(event)));
}
