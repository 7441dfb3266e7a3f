import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/core/errors.ts';
import { SETTINGS as observe } from '../../lambdas/observe/wire.ts';
import { SETTINGS as reconcile } from '../../lambdas/reconcile/wire.ts';
import { SETTINGS as share } from '../../lambdas/share/wire.ts';
import { readEnv, secretIds, text } from '../../lambdas/shared/runtime/env.ts';

const WHOLE = {
  LEDGER_TABLE: 'ledger',
  PACER_TABLE: 'pacer',
  ADMIN_KEY_SECRET: 'arn:admin',
  OBSERVE_QUEUE_URL: 'https://sqs/observe',
  SHARE_FUNCTION: 'share',
  PROJECT_KEY_SECRETS: '{"research":"arn:research"}',
};

const projectKeys = new Map([['research', 'arn:research']]);

describe.each([
  ['observe', observe, { ledgerTable: 'ledger', queueUrl: 'https://sqs/observe', shareFunction: 'share', projectKeys }],
  [
    'reconcile',
    reconcile,
    { ledgerTable: 'ledger', queueUrl: 'https://sqs/observe', shareFunction: 'share', projectKeys },
  ],
  ['share', share, { ledgerTable: 'ledger', pacerTable: 'pacer', adminKeySecret: 'arn:admin' }],
])('the settings of %s', (_, declaration, expected) => {
  const readSettings = (environment: Record<string, string>) => readEnv(declaration, environment);

  it('are read from what the stack says', () => {
    expect(readSettings(WHOLE)).toEqual(expected);
  });

  it('name every variable that is missing, at once', () => {
    const names = Object.entries(WHOLE).filter(([name]) => {
      const { [name]: _left, ...rest } = WHOLE as Record<string, string>;
      try {
        readSettings(rest);
        return false;
      } catch {
        return true;
      }
    });
    expect(names).toHaveLength(Object.keys(expected).length);
    expect(() => readSettings({})).toThrow(SettingsError);
    for (const [name] of names) expect(() => readSettings({})).toThrow(name);
  });
});

describe('readEnv', () => {
  it('takes an empty variable for a missing one', () => {
    const declared = { a: text('A'), b: text('B'), c: text('C') };
    expect(() => readEnv(declared, { A: '', B: 'x' })).toThrow(/^Environment variables are missing: A, C$/);
  });

  it('names what is missing and what is of another form at once', () => {
    const declared = { keys: secretIds('KEYS'), a: text('A') };
    expect(() => readEnv(declared, { KEYS: '[]' })).toThrow(/are missing: A; .*KEYS is not an object of strings$/);
  });

  it('reads the process’s own environment unless told', () => {
    expect(readEnv({ path: text('PATH') }).path).toBe(process.env.PATH);
  });

  it('passes on what is no mistake in the settings', () => {
    const bug = () => {
      throw new TypeError('a bug');
    };
    expect(() => readEnv({ a: { name: 'A', read: bug } }, { A: 'x' })).toThrow(TypeError);
  });
});

describe('secretIds', () => {
  const read = (KEYS: string) => readEnv({ keys: secretIds('KEYS') }, { KEYS }).keys;

  it('reads an object of strings, an empty one too', () => {
    expect(read('{"a":"1","__proto__":"2"}')).toEqual(
      new Map([
        ['a', '1'],
        ['__proto__', '2'],
      ]),
    );
    expect(read('{}')).toEqual(new Map());
  });

  it.each(['arn:1', 'null', '"a"', '["a"]', '{"a":1}', '{"a":{"b":"c"}}', '{"a":null}'])('refuses %s', (json) => {
    expect(() => read(json)).toThrow(SettingsError);
    expect(() => read(json)).toThrow(/Environment variable KEYS is not/);
  });

  it('refuses one that is empty', () => {
    expect(() => read('')).toThrow(SettingsError);
  });
});
