import { expect, it } from 'vitest';
import { isRedactedOf } from '../../../lambdas/core/keys/redacted.ts';

const VALUE = `sk-admin-${'x'.repeat(40)}AbCdWxYz`;

it.each([
  ['sk-admin...xYz', true],
  ['sk-admin-xxxx...WxYz', true],
  ['sk-...WxYz', true],
  ['sk-…WxYz', true],
  [' sk-admin-****************WxYz ', true],
  ['sk-admin-xx****...****WxYz', true],
  ['sk-admin-••••••••WxYz', true],
  ['****AbCdWxYz', true],
  ['sk-admin-xxxx...', true],
  ['sk-admin...xYZ', false],
  ['sk-proj-...WxYz', false],
  ['sk-admin-xxxx...AbC...WxYz', true],
  ['sk-admin-xxxx...AbD...WxYz', false],
  [`${VALUE}...${VALUE}`, false],
])('a key that is shown as %s is told from others', (redacted, verdict) => {
  expect(isRedactedOf(redacted, VALUE)).toBe(verdict);
});

it.each(['', '[redacted]', '...', '***', 'sk-admin-***', 'sk-admin-...', 'sk-...Yz', 'WxYz'])(
  'nobody can tell of a key that is shown as "%s"',
  (redacted) => {
    expect(isRedactedOf(redacted, VALUE)).toBeNull();
  },
);
