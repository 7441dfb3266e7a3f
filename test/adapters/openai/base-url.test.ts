import { describe, expect, it } from 'vitest';
import { parseBaseUrl } from '../../../lambdas/adapters/openai/http.ts';
import { SettingsError } from '../../../lambdas/core/errors.ts';

describe('base URL', () => {
  it.each([
    ['https://api.openai.com/v1', 'https://api.openai.com', '/v1'],
    ['https://api.openai.com/v1/', 'https://api.openai.com', '/v1'],
    ['https://gateway.example:8443', 'https://gateway.example:8443', ''],
    ['http://127.0.0.1:4010/v1', 'http://127.0.0.1:4010', '/v1'],
    ['http://127.1:4010/v1', 'http://127.0.0.1:4010', '/v1'],
    ['http://localhost:4010/a/b', 'http://localhost:4010', '/a/b'],
    ['http://[::1]:4010/v1', 'http://[::1]:4010', '/v1'],
  ])('%s', (text, origin, prefix) => {
    expect(parseBaseUrl(text)).toEqual({ origin, prefix });
  });

  it.each([
    'http://api.openai.com/v1',
    'http://127.0.0.1.evil.example/v1',
    'http://localhost.evil.example/v1',
    'http://10.0.0.1/v1',
    'http://0.0.0.0/v1',
    'ftp://127.0.0.1/v1',
    'file:///v1',
    'api.openai.com/v1',
    '',
    'https://user@api.openai.com/v1',
    'https://api.openai.com/v1?x=1',
    'https://api.openai.com/v1#x',
  ])('refuses %j', (text) => {
    expect(() => parseBaseUrl(text)).toThrow(SettingsError);
  });

  it('does not repeat a password', () => {
    expect(() => parseBaseUrl('https://user:hunter2@api.openai.com')).toThrow(/^((?!hunter2).)*$/);
  });
});
