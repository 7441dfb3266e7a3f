import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { Log } from '../../core/ports/runtime.ts';
import { DEFAULT_STACK_NAME, ENV } from '../contract/names.ts';
import { withMetrics } from './emf.ts';

/**
 * A function's handler. `start` is called once, while the function starts: it wires, and gives what answers each event. What
 * it throws fails the start. Every log line names the function (`checkpoint-sharing-<name>`) and the request.
 */
export function serve<Event, Answer>(
  name: string,
  start: (log: Log) => (event: Event, context: Context) => Promise<Answer>,
): (event: Event, context: Context) => Promise<Answer> {
  const logger = createLogger(name);
  const answer = start(asLog(logger));
  return async (event, context) => {
    logger.addContext(context);
    return answer(event, context);
  };
}

/** One JSON line an event, with the function's name as `service`. Level from POWERTOOLS_LOG_LEVEL, else INFO. */
export function createLogger(service: string): Logger {
  return new Logger({ serviceName: `checkpoint-sharing-${service}` });
}

/**
 * The logger as the port that use-cases know; keys that are appended to the logger are in its lines, too. What a line measures
 * (`measure`), and the signal that it gives, are metrics in the namespace of the stack's name.
 */
export function asLog(logger: Logger, stackName = process.env[ENV.stackName] ?? DEFAULT_STACK_NAME): Log {
  const told = (fields: Readonly<Record<string, unknown>> = {}) => withMetrics(fields, stackName, Date.now());
  return {
    info: (message, fields) => logger.info(message, told(fields)),
    warn: (message, fields) => logger.warn(message, told(fields)),
    error: (message, fields) => logger.error(message, told(fields)),
  };
}
