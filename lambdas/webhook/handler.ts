import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readEnv } from '../shared/runtime/env.ts';
import { serve } from '../shared/runtime/serve.ts';
import { toDelivery, toResponse } from './http.ts';
import { SETTINGS, wire } from './wire.ts';

/** `POST /webhooks/{source}` of the HTTP API, payload format 2.0. */
export const handler = serve('webhook', (log) => {
  const receive = wire(readEnv(SETTINGS), log);
  return async (event: APIGatewayProxyEventV2) => toResponse(await receive(toDelivery(event)));
});
