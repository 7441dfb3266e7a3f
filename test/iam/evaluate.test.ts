import { describe, expect, it } from 'vitest';
import { isAllowed, type Statement } from './evaluate.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Ledger';
const KEYS = 'dynamodb:LeadingKeys';

const allow = (parts: Partial<Statement> = {}): Statement => ({
  effect: 'Allow',
  actions: ['dynamodb:GetItem'],
  resources: [TABLE],
  conditions: {},
  ...parts,
});
const onKeys = (...keys: string[]) => allow({ conditions: { 'ForAllValues:StringEquals': { [KEYS]: keys } } });
const get = (...keys: string[]) => ({ action: 'dynamodb:GetItem', resource: TABLE, context: { [KEYS]: keys } });

describe('what AWS allows', () => {
  it('is what a statement allows, and nothing else', () => {
    expect(isAllowed([], get('JOB'))).toBe(false);
    expect(isAllowed([allow()], get('JOB'))).toBe(true);
    expect(isAllowed([allow()], { ...get('JOB'), action: 'dynamodb:PutItem' })).toBe(false);
    expect(isAllowed([allow()], { ...get('JOB'), resource: `${TABLE}/index/due` })).toBe(false);
  });

  it('is not what any statement denies', () => {
    expect(isAllowed([allow(), allow({ effect: 'Deny' })], get('JOB'))).toBe(false);
  });

  it('may be named with wildcards, actions in any case', () => {
    expect(isAllowed([allow({ actions: ['DynamoDB:Get*'] })], get('JOB'))).toBe(true);
    expect(isAllowed([allow({ resources: [`${TABLE}/index/???`] })], get('JOB'))).toBe(false);
    expect(isAllowed([allow({ resources: ['arn:aws:dynamodb:*:table/Ledge?'] })], get('JOB'))).toBe(true);
  });

  it('is, by leading keys, only what leads with these and no others', () => {
    expect(isAllowed([onKeys('JOB', 'STATE')], get('JOB'))).toBe(true);
    expect(isAllowed([onKeys('JOB')], get('SWEEP'))).toBe(false);
    expect(isAllowed([onKeys('JOB')], get('JOB', 'SWEEP'))).toBe(false);
    const like = allow({ conditions: { 'ForAllValues:StringLike': { [KEYS]: ['JO?'] } } });
    expect(isAllowed([like], get('JOB'))).toBe(true);
    expect(isAllowed([like], get('SWEEP'))).toBe(false);
  });

  it('is not what two statements allow of half the keys each', () => {
    expect(isAllowed([onKeys('JOB'), onKeys('SWEEP')], get('JOB', 'SWEEP'))).toBe(false);
  });

  it('is, by leading keys, also what has none: that is why nobody may scan', () => {
    const scan = { action: 'dynamodb:Scan', resource: TABLE, context: {} };
    expect(isAllowed([{ ...onKeys('JOB'), actions: ['dynamodb:Scan'] }], scan)).toBe(true);
  });

  it('is not guessed at where a condition is of another kind', () => {
    const other = allow({ conditions: { StringEquals: { 'aws:SourceAccount': ['111122223333'] } } });
    expect(() => isAllowed([other], get('JOB'))).toThrow(/StringEquals/);
  });
});
