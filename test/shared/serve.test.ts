import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SettingsError } from '../../lambdas/core/errors.ts';
import { serve } from '../../lambdas/shared/runtime/serve.ts';
import { listen } from './listen.ts';

afterEach(() => vi.restoreAllMocks());

const CONTEXT = { awsRequestId: 'request-1', functionName: 'Stack-share' } as Context;

describe('a function that is served', () => {
  it('is wired once, and answers every event', async () => {
    let starts = 0;
    const handler = serve('share', () => {
      starts++;
      return async (event: number, { awsRequestId }) => `${awsRequestId}: ${event + 1}`;
    });
    expect([await handler(1, CONTEXT), await handler(2, CONTEXT)]).toEqual(['request-1: 2', 'request-1: 3']);
    expect(starts).toBe(1);
  });

  it('names itself and the request in every log line', async () => {
    const { written } = listen();
    await serve('share', (log) => async () => log.info('Turn ended', { calls: 3 }))(null, CONTEXT);
    expect(JSON.parse(written())).toMatchObject({
      level: 'INFO',
      message: 'Turn ended',
      service: 'checkpoint-sharing-share',
      function_request_id: 'request-1',
      calls: 3,
    });
  });

  it('fails its start where it cannot be wired, and an event that cannot be answered', async () => {
    const mistake = new SettingsError('Environment variables are missing: A');
    const start = () => {
      throw mistake;
    };
    expect(() => serve('share', start)).toThrow(mistake);
    await expect(serve('share', () => () => Promise.reject(mistake))(null, CONTEXT)).rejects.toBe(mistake);
  });
});
