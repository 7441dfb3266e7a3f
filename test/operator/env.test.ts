import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/core/errors.ts';
import { SETTINGS } from '../../lambdas/operator/wire.ts';
import { readEnv } from '../../lambdas/shared/runtime/env.ts';

const PREFIX = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:';

const ENVIRONMENT = {
  LEDGER_TABLE: 'ledger',
  PACER_TABLE: 'pacer',
  ADMIN_KEY_SECRET: 'arn:admin',
  SECRET_ARN_PREFIX: PREFIX,
  PROJECT_KEY_SECRETS: '{"research":"key-AbCdEf","lab":"arn:aws:secretsmanager:eu-west-1:999999999999:secret:lab"}',
  WEBHOOK_SECRETS: '{"research":"webhook-AbCdEf"}',
  OBSERVE_QUEUE_URL: 'https://sqs/queue',
  OBSERVE_DEAD_LETTER_QUEUE_URL: 'https://sqs/dead',
  SHARE_FUNCTION: 'share',
  RECONCILE_FUNCTION: 'reconcile',
  WEBHOOK_URL: 'https://api.example.com/webhooks',
  IDENTITY_ROLES: '{"observe":"arn:aws:iam::111122223333:role/observe"}',
};

describe('the settings of the operator function', () => {
  it('are read from the environment; secrets of the account are given without what their ARNs begin with', () => {
    expect(readEnv(SETTINGS, ENVIRONMENT)).toEqual({
      ledgerTable: 'ledger',
      pacerTable: 'pacer',
      adminKeySecret: 'arn:admin',
      secretArnPrefix: PREFIX,
      observeQueueUrl: 'https://sqs/queue',
      observeDeadLetterQueueUrl: 'https://sqs/dead',
      shareFunction: 'share',
      reconcileFunction: 'reconcile',
      webhookUrl: 'https://api.example.com/webhooks',
      projectKeys: new Map([
        ['research', `${PREFIX}key-AbCdEf`],
        ['lab', 'arn:aws:secretsmanager:eu-west-1:999999999999:secret:lab'],
      ]),
      webhookSecrets: new Map([['research', `${PREFIX}webhook-AbCdEf`]]),
      identityRoles: new Map([['observe', 'arn:aws:iam::111122223333:role/observe']]),
    });
  });

  it.each(Object.keys(ENVIRONMENT))('need %s', (name) => {
    expect(() => readEnv(SETTINGS, { ...ENVIRONMENT, [name]: '' })).toThrow(SettingsError);
    expect(() => readEnv(SETTINGS, { ...ENVIRONMENT, [name]: '' })).toThrow(name);
  });
});
