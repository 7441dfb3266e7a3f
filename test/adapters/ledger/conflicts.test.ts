import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { createDynamoLedger } from '../../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { otherEvent } from '../../../lambdas/core/events/checkpoint-event.ts';
import { aCheckpoint, aPermission, T0 } from '../../builders/checkpoints.ts';
import { type AwsCall, awsError, clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

const AUTHOR = { actor: 'jane', plan: null, now: () => T0 };
const BEFORE = { ...aCheckpoint(aPermission('proj_A', 'pending')), version: 3 };
/** Has something to tell. */
const SHARED = { ...BEFORE, permissions: { proj_A: aPermission('proj_A', 'active', { permissionId: null }) } };
/** Has nothing to tell. */
const LISTED = { ...BEFORE, verifyAt: T0 };

let server: Awaited<ReturnType<typeof startAwsServer>>;
afterEach(() => server.close());

/** A ledger on a DynamoDB that answers every call in the same way. */
async function ledgerOn(answer: Reply | ((call: AwsCall) => Reply)) {
  server = await startAwsServer(typeof answer === 'function' ? answer : () => answer);
  return createDynamoLedger(new DynamoDBClient(clientConfig(server.url)), 'ledger', AUTHOR);
}

function cancelled(...codes: readonly string[]): Reply {
  const type = 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException';
  const reasons = codes.map((Code) => ({ Code }));
  return { status: 400, body: { __type: type, message: 'Transaction cancelled', CancellationReasons: reasons } };
}

describe('a write that tells something', () => {
  it.each([
    ['whose condition does not hold', 'ConditionalCheckFailed'],
    ['that meets another one on its way', 'TransactionConflict'],
  ])('%s has lost, and is no error', async (_, code) => {
    const ledger = await ledgerOn(cancelled(code, 'None', 'None'));
    expect(await ledger.saveCheckpoint(SHARED, BEFORE)).toBe(false);
  });

  it.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is tried again when it was throttled (%s)',
    async (code) => {
      const ledger = await ledgerOn(() =>
        server.calls.length < 3 ? cancelled('None', code, 'None') : { status: 200, body: {} },
      );
      expect(await ledger.saveCheckpoint(SHARED, BEFORE)).toBe(true);
      expect(server.calls).toHaveLength(3);
    },
  );

  it('that DynamoDB does not take is refused by the name of its row', async () => {
    const ledger = await ledgerOn(cancelled('ValidationError', 'None', 'None'));
    const refused = { name: 'RowRefusedError', row: SHARED.checkpoint };
    await expect(ledger.saveCheckpoint(SHARED, BEFORE)).rejects.toMatchObject(refused);
  });

  it('that fails for another reason fails', async () => {
    const ledger = await ledgerOn(cancelled('AccessDenied', 'None', 'None'));
    await expect(ledger.saveCheckpoint(SHARED, BEFORE)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  });

  it('is one request with its event, which counts once however often it is sent', async () => {
    const ledger = await ledgerOn({ status: 200, body: {} });
    expect(await ledger.saveCheckpoint(SHARED, BEFORE)).toBe(true);
    const [call, ...others] = server.calls;
    expect(others).toEqual([]);
    expect(call?.operation).toMatch(/TransactWriteItems$/);
    expect(call?.body.ClientRequestToken).toMatch(/./);
    // By time, by checkpoint, and until it is published.
    expect(call?.body.TransactItems).toHaveLength(1 + 3);
  });
});

describe('a write that tells nothing', () => {
  it.each(['ConditionalCheckFailedException', 'TransactionConflictException'])('has lost by a %s', async (name) => {
    const ledger = await ledgerOn(awsError(`com.amazonaws.dynamodb.v20120810#${name}`, 'no'));
    expect(await ledger.saveCheckpoint(LISTED, BEFORE)).toBe(false);
    expect(server.calls.map(({ operation }) => operation)).toEqual([expect.stringMatching(/PutItem$/)]);
  });
});

describe('an event of its own', () => {
  it('that the client has sent twice is there, and that is all', async () => {
    const ledger = await ledgerOn(cancelled('ConditionalCheckFailed', 'ConditionalCheckFailed'));
    await expect(ledger.addEvent(otherEvent('paused', null, AUTHOR, T0, 'request-1'))).resolves.toBeUndefined();
  });

  it('that cannot be written fails', async () => {
    const ledger = await ledgerOn(awsError('com.amazon.coral.service#InternalServerError', 'away', 500));
    await expect(ledger.addEvent(otherEvent('paused', null, AUTHOR, T0, 'request-1'))).rejects.toThrow('away');
  });
});
