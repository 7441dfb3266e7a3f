import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../../core/ports/runtime.ts';

/** One JSON line an event, with the function's name as `service`. Level from POWERTOOLS_LOG_LEVEL, else INFO. */
export function createLogger(service: string): Logger {
  return new Logger({ serviceName: `checkpoint-sharing-${service}` });
}

/** The logger as the port that use-cases know; keys that are appended to the logger are in its lines, too. */
export function asLog(logger: Logger): Log {
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
