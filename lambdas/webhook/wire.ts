import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createObserveQueue } from '../adapters/queue/observe-queue.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import type { Log } from '../core/ports/runtime.ts';
import { ENV } from '../shared/contract/names.ts';
import { type Settings, secretIds, text } from '../shared/runtime/env.ts';
import { createWebhookReceiver } from '../use-cases/receive-webhook.ts';

/** What the stack tells this function. */
export const SETTINGS = {
  queueUrl: text(ENV.observeQueueUrl),
  sources: secretIds(ENV.webhookSecrets),
};

/**
 * OpenAI gives up on a delivery within a few seconds. The worst delivery reads the secret, reads it once more and
 * sends one message: three operations of two tries of 0.75 s and a back-off of 0.1 s, under 5 s together.
 */
const LIMITS = {
  maxAttempts: 2,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 500, requestTimeout: 750, throwOnRequestTimeout: true },
} as const;

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire({ queueUrl, sources }: Settings<typeof SETTINGS>, log: Log) {
  return createWebhookReceiver({
    sources,
    secrets: createSecrets(new SecretsManagerClient(LIMITS), { now: Date.now }),
    queue: createObserveQueue(queueUrl, new SQSClient(LIMITS)),
    log,
    now: Date.now,
  });
}
