import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/core/errors.ts';
import { readEnv } from '../../lambdas/shared/runtime/env.ts';
import { SETTINGS } from '../../lambdas/webhook/wire.ts';

describe('the settings of the webhook function', () => {
  it('reads the queue and the secret of every source', () => {
    const settings = readEnv(SETTINGS, { OBSERVE_QUEUE_URL: 'https://sqs/q', WEBHOOK_SECRETS: '{"research":"arn:1"}' });
    expect(settings).toEqual({ queueUrl: 'https://sqs/q', sources: new Map([['research', 'arn:1']]) });
  });

  it.each([
    [{}, /OBSERVE_QUEUE_URL.*WEBHOOK_SECRETS/],
    [{ WEBHOOK_SECRETS: 'arn:1' }, /OBSERVE_QUEUE_URL.*WEBHOOK_SECRETS is not JSON/],
    [{ OBSERVE_QUEUE_URL: 'q', WEBHOOK_SECRETS: '["arn:1"]' }, /WEBHOOK_SECRETS is not an object of strings/],
  ])('names all mistakes of %j at once', (environment, message) => {
    expect(() => readEnv(SETTINGS, environment)).toThrow(SettingsError);
    expect(() => readEnv(SETTINGS, environment)).toThrow(message);
  });
});
