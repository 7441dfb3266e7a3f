import type { Context } from 'aws-lambda';
import type { OperatorAnswer } from '../shared/contract/operator.ts';
import { asLog, createLogger } from '../shared/runtime/logger.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { readSettings } from './env.ts';
import { wire } from './wire.ts';

const logger = createLogger('operator');
const operate = wire(readSettings(), loadPolicy(), asLog(logger));

/** What the ckpt CLI invokes, and waits for. */
export async function handler(event: unknown, context: Context): Promise<OperatorAnswer> {
  logger.addContext(context);
  return operate(event, context.awsRequestId);
}
