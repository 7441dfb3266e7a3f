import { expect, test } from 'vitest';
import { httpApiAddress } from './http-api.ts';

test('a deployed URL is reached through the gateway, under the API’s own host name', () => {
  const cloud = { endpoint: 'https://localhost:4711', port: 4711 };
  const { url, host } = httpApiAddress(
    cloud,
    'https://8475aeaf.execute-api.us-east-1.amazonaws.com/webhooks/research?x=1',
  );
  expect(url.href).toBe('https://localhost:4711/webhooks/research?x=1');
  expect(host).toBe('8475aeaf.execute-api.localhost:4711');
});
