import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/core/errors.ts';
import { readSettings } from '../../lambdas/operator/env.ts';

const ENVIRONMENT = {
  LEDGER_TABLE: 'ledger',
  PACER_TABLE: 'pacer',
  OBSERVE_QUEUE_URL: 'https://sqs/queue',
  OBSERVE_DEAD_LETTER_QUEUE_URL: 'https://sqs/dead',
  SHARE_FUNCTION: 'share',
  RECONCILE_FUNCTION: 'reconcile',
};

describe('the settings of the operator function', () => {
  it('are read from the environment', () => {
    expect(readSettings(ENVIRONMENT)).toEqual({
      ledgerTable: 'ledger',
      pacerTable: 'pacer',
      observeQueueUrl: 'https://sqs/queue',
      observeDeadLetterQueueUrl: 'https://sqs/dead',
      shareFunction: 'share',
      reconcileFunction: 'reconcile',
    });
  });

  it.each(Object.keys(ENVIRONMENT))('need %s', (name) => {
    expect(() => readSettings({ ...ENVIRONMENT, [name]: '' })).toThrow(SettingsError);
    expect(() => readSettings({ ...ENVIRONMENT, [name]: '' })).toThrow(name);
  });
});
