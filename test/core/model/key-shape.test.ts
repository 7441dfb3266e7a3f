import { describe, expect, it } from 'vitest';
import { holdsKey } from '../../../lambdas/core/model/key-shape.ts';

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
