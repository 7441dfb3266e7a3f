import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/core/errors.ts';
import { readSettings as observe } from '../../lambdas/observe/env.ts';
import { readSettings as reconcile } from '../../lambdas/reconcile/env.ts';
import { readSettings as share } from '../../lambdas/share/env.ts';
import { gather, parseMap, readEnv } from '../../lambdas/shared/runtime/env.ts';

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
])('the settings of %s', (_, readSettings, expected) => {
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
    expect(() => readEnv({ a: 'A', b: 'B', c: 'C' }, { A: '', B: 'x' })).toThrow(
      'Environment variables are missing: A, C',
    );
  });

  it('reads the process’s own environment unless told', () => {
    expect(readEnv({ path: 'PATH' }).path).toBe(process.env.PATH);
  });
});

describe('parseMap', () => {
  it('reads an object of strings, an empty one too', () => {
    expect(parseMap('KEYS', '{"a":"1","__proto__":"2"}')).toEqual(
      new Map([
        ['a', '1'],
        ['__proto__', '2'],
      ]),
    );
    expect(parseMap('KEYS', '{}')).toEqual(new Map());
  });

  it.each(['arn:1', '', 'null', '"a"', '["a"]', '{"a":1}', '{"a":{"b":"c"}}', '{"a":null}'])('refuses %s', (json) => {
    expect(() => parseMap('KEYS', json)).toThrow(SettingsError);
    expect(() => parseMap('KEYS', json)).toThrow(/Environment variable KEYS is not/);
  });
});

describe('gather', () => {
  it('passes on what is no mistake in the settings', () => {
    const bug = () => {
      throw new TypeError('a bug');
    };
    expect(() => gather({ a: bug })).toThrow(TypeError);
  });
});
