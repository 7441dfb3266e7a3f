import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { awsError, type Reply } from './aws-server.ts';
import { noValue, type Stages, startSecretStore } from './secret-store.ts';

const MINUTE_MS = 60_000;

let store: Awaited<ReturnType<typeof startSecretStore>>;
afterEach(() => store.close());

async function start(stages: Stages) {
  store = await startSecretStore(stages);
  return store;
}

const missing = awsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
const denied = awsError('AccessDeniedException', 'User: arn:aws:sts::1:assumed-role/r is not authorized');
const throttled = awsError('ThrottlingException', 'Rate exceeded');
const away: Reply = { status: 503, body: '<html>Service Unavailable</html>' };

describe('a secret that cannot be used', () => {
  it.each<[string, Reply | string, RegExp]>([
    [
      'without a value',
      noValue('AWSCURRENT'),
      /is empty: put the key into it with `aws secretsmanager put-secret-value --secret-id webhook --secret-string/,
    ],
    ['with a blank value', ' \n', /is empty: put the key into it/],
    ['that is missing', missing, /is not there: check its ARN/],
    ['that is forbidden', denied, /may not be read: the function's role needs secretsmanager:GetSecretValue/],
    ['that is binary', { status: 200, body: { SecretBinary: 'c2VjcmV0' } }, /is binary: put its value in again/],
    [
      'that is to be deleted',
      awsError('InvalidRequestException', 'You can’t perform this operation: it was marked for deletion.'),
      /restore-secret/,
    ],
    [
      'whose key is gone',
      awsError('DecryptionFailure', "Secrets Manager can't decrypt the secret."),
      /DecryptionFailure/,
    ],
    ['behind a throttle', throttled, /ThrottlingException\): try again/],
    ['behind an outage', away, /could not be read/],
    ['behind an internal error', awsError('InternalServiceError', 'oops', 500), /InternalServiceError\): try again/],
    ['behind a reset', 'reset', /ECONNRESET\): is Secrets Manager reachable/],
    ['behind silence', 'hang', /ETIMEDOUT\): is Secrets Manager reachable/],
  ])('%s is named with what to do', async (_, reply, message) => {
    const { secrets } = await start({ AWSCURRENT: reply });
    const error = await secrets.current('webhook').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SecretUnusableError);
    expect(error).toMatchObject({
      name: 'SecretUnusableError',
      arn: 'webhook',
      message: expect.stringMatching(message),
    });
    await expect(secrets.currentAndPrevious('webhook')).rejects.toThrow(message);
  });

  it.each([
    ['a broken answer', '{"Name":"webhook","SecretString":"canary-1234"x}'],
    ['a cut-off answer', '{"Name":"webhook","SecretString":"canary-1234'],
    ['an answer that is the bare secret', 'canary-1234'],
  ])('is not quoted from %s', async (_, body) => {
    const { secrets } = await start({ AWSCURRENT: { status: 200, body } });
    const error = await secrets.current('webhook').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SecretUnusableError);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary');
  });
});

describe('a value that was read before', () => {
  async function expired(reply: Reply | string) {
    const started = await start({ AWSCURRENT: 'known' });
    await started.secrets.current('webhook');
    started.reads();
    started.stages.AWSCURRENT = reply;
    started.clock.ms += 6 * MINUTE_MS;
    return started;
  }

  it.each<[string, Reply]>([
    ['answers 503', away],
    ['throttles', throttled],
    ['resets', 'reset'],
    ['hangs', 'hang'],
  ])('is served while Secrets Manager %s, for an hour since it was read', async (_, reply) => {
    const { secrets, clock } = await expired(reply);
    expect(await secrets.current('webhook')).toBe('known');
    clock.ms += 54 * MINUTE_MS;
    expect(await secrets.current('webhook')).toBe('known');
    clock.ms += 1 * MINUTE_MS;
    await expect(secrets.current('webhook')).rejects.toThrow(SecretUnusableError);
  });

  it('is tried again only every half minute meanwhile, and replaced as soon as that succeeds', async () => {
    const { secrets, clock, stages, reads } = await expired(away);
    await secrets.current('webhook');
    await secrets.current('webhook');
    expect(reads()).toHaveLength(1);
    stages.AWSCURRENT = 'new';
    clock.ms += MINUTE_MS / 2;
    expect(await secrets.current('webhook')).toBe('new');
  });

  it.each<[string, Reply | string]>([
    ['forbidden', denied],
    ['missing', missing],
    ['empty', noValue('AWSCURRENT')],
    ['blank', ' '],
  ])('is not served once the secret is %s, nor when Secrets Manager goes away after that', async (_, reply) => {
    const { secrets, stages } = await expired(reply);
    await expect(secrets.current('webhook')).rejects.toThrow(SecretUnusableError);
    stages.AWSCURRENT = away;
    await expect(secrets.current('webhook')).rejects.toThrow(SecretUnusableError);
  });

  it('is not served to who wants a fresh one', async () => {
    const { secrets } = await expired(away);
    await expect(secrets.current('webhook', { fresh: true })).rejects.toThrow(SecretUnusableError);
    expect(await secrets.current('webhook')).toBe('known');
  });
});
