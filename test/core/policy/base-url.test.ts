import { expect, test } from 'vitest';
import { isSafeBaseUrl } from '../../../lambdas/core/policy/base-url.ts';

test.each([
  ['https://api.openai.com/v1', true],
  ['https://gateway.example:8443', true],
  ['https://[2001:db8::1]/v1', true],
  ['http://127.0.0.1:4010/v1', true],
  ['http://127.1/v1', true],
  ['http://localhost', true],
  ['http://[::1]/v1', true],
  ['http://api.openai.com/v1', false],
  ['http://0.0.0.0/v1', false],
  ['http://10.0.0.1/v1', false],
  ['http://128.0.0.1/v1', false],
  ['http://[::2]/v1', false],
  ['http://localhost.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://127.0.0.1@example.com', false],
  ['http://example.com\\@127.0.0.1', false],
  ['https://key@example.com', false],
  ['https://example.com?', false],
  ['https://example.com/#', false],
  [' https://example.com', false],
  ['https://exa mple.com', false],
  ['https://', false],
  ['https://a:99999', false],
  ['ftp://localhost', false],
  ['HTTPS://example.com', false],
])('%s: %s', (url, safe) => {
  expect(isSafeBaseUrl(url)).toBe(safe);
});
