import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LANES } from '../../lambdas/core/model/permission.ts';
import { wire } from '../../lambdas/share/wire.ts';
import { aPolicy } from '../core/policy/builders.ts';
import { startAccount } from '../shared/aws-account.ts';
import { recordLog } from '../use-cases/scene.ts';

let aws: Awaited<ReturnType<typeof startAccount>>;
beforeEach(async () => {
  aws = await startAccount({});
});
afterEach(() => aws.close());

function startFunction() {
  const { log, lines } = recordLog();
  const settings = { ledgerTable: 'ledger', pacerTable: 'pacer', adminKeySecret: 'arn:admin' };
  return { run: wire(settings, aPolicy(), log), lines };
}

/** The lanes of the index that were asked for due work, from one call on. */
function lanesAskedFor(from: number): ReadonlySet<unknown> {
  const queries = aws.calls.slice(from).filter(({ body }) => body.IndexName !== undefined);
  const values = queries.flatMap(({ body }) => Object.values(body.ExpressionAttributeValues as object));
  return new Set(values.map(({ S }) => S).filter((text) => LANES.includes(text)));
}

describe('the share function with nothing to do', () => {
  it('looks twice, as the index may lag, gives its lease back, and does not read the admin key', async () => {
    const { run, lines } = startFunction();
    await run('request-1', 300_000);
    const operations = aws.operations();
    const leased = operations.flatMap((operation, at) => (operation === 'DynamoDB.UpdateItem' ? [at] : []));
    expect(leased).toHaveLength(2);
    for (const from of leased) expect(lanesAskedFor(from)).toEqual(new Set(['create', 'list', 'delete']));
    expect(operations).not.toContain('secretsmanager.GetSecretValue');
    expect(operations.at(-1)).toMatch(/^DynamoDB\.DeleteItem$/);
    expect(lines.at(-1)).toEqual({ level: 'info', message: 'Turn ended', fields: { kind: 'drained', calls: 0 } });
  });

  it('begins nothing when its time would not do for a call', async () => {
    const { run } = startFunction();
    await run('request-1', 40_000);
    expect(lanesAskedFor(0)).toEqual(new Set());
  });
});
