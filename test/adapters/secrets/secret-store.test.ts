import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it } from 'vitest';
import { createSecretStore } from '../../../lambdas/adapters/secrets/secret-store.ts';
import { awsError, clientConfig, type Reply, startAwsServer } from './aws-server.ts';
import { noValue } from './secret-store.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:S/keys/ci-AbCdEf';
const VALUE = 'sk-admin-NeverToBeSeen';
const NOT_THERE = awsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
const DENIED = awsError('AccessDeniedException', `not authorized, and ${VALUE}`);
const ok = (body: object): Reply => ({ status: 200, body });

let server: Awaited<ReturnType<typeof startAwsServer>>;
afterEach(() => server.close());

/** The store on a Secrets Manager that answers each operation so. */
async function startStore(replies: Readonly<Record<string, Reply>>) {
  server = await startAwsServer(({ operation }) => {
    const reply = replies[operation.replace('secretsmanager.', '')];
    if (reply === undefined) throw new Error(`unprepared: ${operation}`);
    return reply;
  });
  return createSecretStore(new SecretsManagerClient(clientConfig(server.url)));
}

const asked = () => server.calls.map(({ operation, body }) => [operation.replace('secretsmanager.', ''), body]);

describe('the store of secrets on Secrets Manager', () => {
  it('describes a secret with its versions, an empty one, and one that is not there', async () => {
    const full = await startStore({
      DescribeSecret: ok({ ARN, Name: 'S/keys/ci', VersionIdsToStages: { v1: ['AWSCURRENT'] } }),
    });
    expect(await full.describe('S/keys/ci')).toEqual({ arn: ARN, name: 'S/keys/ci', versions: { v1: ['AWSCURRENT'] } });
    await server.close();
    const empty = await startStore({ DescribeSecret: ok({ ARN, Name: 'S/keys/ci' }) });
    expect(await empty.describe(ARN)).toMatchObject({ arn: ARN, versions: {} });
    await server.close();
    const none = await startStore({ DescribeSecret: NOT_THERE });
    expect(await none.describe(ARN)).toBeUndefined();
  });

  it('makes an empty one, and takes one of that name that is there', async () => {
    const store = await startStore({ CreateSecret: ok({ ARN }) });
    expect(await store.create('S/keys/ci', 'what for')).toBe(ARN);
    expect(asked()).toEqual([
      ['CreateSecret', expect.objectContaining({ Name: 'S/keys/ci', Description: 'what for' })],
    ]);
    expect(server.calls[0]?.body).not.toHaveProperty('SecretString');
    await server.close();
    const exists = awsError('ResourceExistsException', 'it exists');
    const again = await startStore({ CreateSecret: exists, DescribeSecret: ok({ ARN, Name: 'S/keys/ci' }) });
    expect(await again.create('S/keys/ci', 'what for')).toBe(ARN);
    await server.close();
    const deleted = await startStore({ CreateSecret: exists, DescribeSecret: NOT_THERE });
    await expect(deleted.create('S/keys/ci', '')).rejects.toThrow(/is being deleted/);
  });

  it.each([
    [ok({ SecretString: ` ${VALUE}\n` }), VALUE],
    [ok({ SecretString: '' }), null],
    [noValue('AWSCURRENT'), null],
  ])('reads a value, and null where there is none: %o', async (reply, expected) => {
    const store = await startStore({ GetSecretValue: reply });
    expect(await store.read(ARN, { stage: 'AWSCURRENT' })).toBe(expected);
    expect(await store.read(ARN, { id: 'v1' })).toBe(expected);
    expect(asked()).toEqual([
      ['GetSecretValue', { SecretId: ARN, VersionStage: 'AWSCURRENT' }],
      ['GetSecretValue', { SecretId: ARN, VersionId: 'v1' }],
    ]);
  });

  it('does not take a secret that is not there, or may not be read, for an empty one', async () => {
    for (const [reply, message] of [
      [NOT_THERE, /is not there/],
      [DENIED, /may not be read/],
    ] as const) {
      const store = await startStore({ GetSecretValue: reply });
      await expect(store.read(ARN, { stage: 'AWSCURRENT' })).rejects.toThrow(message);
      await server.close();
    }
    await startStore({});
  });

  it('puts a value, current unless stages say otherwise, and moves stages', async () => {
    const store = await startStore({ PutSecretValue: ok({}), UpdateSecretVersionStage: ok({}) });
    await store.put(ARN, VALUE);
    await store.put(ARN, VALUE, { token: 't'.repeat(32), stages: ['AWSPENDING'] });
    await store.moveStage(ARN, 'AWSCURRENT', 'v2', 'v1');
    await store.moveStage(ARN, 'AWSPENDING', 'v2', null);
    await store.moveStage(ARN, 'AWSPENDING', null, 'v2');
    const [first, ...others] = asked();
    // The client makes up the token that none was given for.
    expect(first).toMatchObject(['PutSecretValue', { SecretId: ARN, SecretString: VALUE }]);
    expect(first?.[1]).not.toHaveProperty('VersionStages');
    const put = { SecretId: ARN, SecretString: VALUE };
    const move = { SecretId: ARN, MoveToVersionId: 'v2' };
    expect(others).toEqual([
      ['PutSecretValue', { ...put, ClientRequestToken: 't'.repeat(32), VersionStages: ['AWSPENDING'] }],
      ['UpdateSecretVersionStage', { ...move, VersionStage: 'AWSCURRENT', RemoveFromVersionId: 'v1' }],
      ['UpdateSecretVersionStage', { ...move, VersionStage: 'AWSPENDING' }],
      ['UpdateSecretVersionStage', { SecretId: ARN, VersionStage: 'AWSPENDING', RemoveFromVersionId: 'v2' }],
    ]);
  });

  it('says what a write was refused for, and never the value', async () => {
    const store = await startStore({ PutSecretValue: DENIED, CreateSecret: DENIED, UpdateSecretVersionStage: DENIED });
    const _writes: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => store.put(ARN, VALUE), /may not be written: .* needs secretsmanager:PutSecretValue/],
      [() => store.create('S/keys/ci', ''), /may not be made: .* needs secretsmanager:CreateSecret/],
      [
        () => store.moveStage(ARN, 'AWSCURRENT', 'v2', null),
        /may not be written: .* needs secretsmanager:UpdateSecretVersionStage/,
      ],
    ];
    for (const [write, message] of _writes) {
      const error: unknown = await write().catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        name: 'SecretUnusableError',
        message: expect.stringMatching(message),
      });
      expect(String(error)).not.toContain(VALUE);
    }
  });

  it('repeats no value that Secrets Manager quotes, nor keeps it', async () => {
    const value = `whsec_${'NeverToBeSeen'.repeat(4)}`;
    const store = await startStore({
      PutSecretValue: awsError(
        'ValidationException',
        `Value '${value}' at 'secretString' failed to satisfy constraint`,
      ),
    });
    const error: unknown = await store.put(ARN, value).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining('could not be written: ValidationException') });
    expect(inspect(error, { depth: 9 })).not.toContain('NeverToBeSeen');
  });

  it('says how a secret comes back whose name is taken by one that is scheduled for deletion', async () => {
    const store = await startStore({
      CreateSecret: awsError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      ),
    });
    await expect(store.create('S/keys/ci', '')).rejects.toThrow(/restore-secret --secret-id S\/keys\/ci/);
  });
});
