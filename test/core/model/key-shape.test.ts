import { describe, expect, it } from 'vitest';
import { holdsKey, holdsKeyForCertain, withoutKeys } from '../../../lambdas/core/model/key-shape.ts';

const KEY = `sk-admin-${'aB3'.repeat(10)}`;

describe('holdsKey', () => {
  it.each([KEY, `key=${KEY}`, `key${KEY}`, `KEY${KEY},`, `sk-${'aB3'.repeat(16)}`, 'whsec_AbC', 'keywhsec_AbC'])(
    '%s',
    (text) => {
      expect(holdsKey(text)).toBe(true);
    },
  );

  it.each(['sk-bratislava', 'risk-proj-team', `ask-${'x'.repeat(30)}`, 'whsec'])('not %s', (text) => {
    expect(holdsKey(text)).toBe(false);
  });
});

describe('a key for certain', () => {
  it.each([KEY, `openai_${KEY}`, `sk-${'aB3'.repeat(16)}`, `sk-aB3T3BlbkFJaB3`, `whsec_${'aB3'.repeat(10)}`])(
    '%s',
    (text) => {
      expect(holdsKeyForCertain(text)).toBe(true);
      expect(withoutKeys(`a "${text}", b`)).not.toContain('aB3aB3');
    },
  );

  it.each(['sk-translations-for-customer-support', 'risk-proj-team', 'whsec_', 'sk-proj-x'])('not %s', (text) => {
    expect(holdsKeyForCertain(text)).toBe(false);
  });
});
