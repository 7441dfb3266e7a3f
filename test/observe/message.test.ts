import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../lambdas/observe/message.ts';

const request = { source: 'research', jobId: 'ftjob-1', webhookAt: 5 };

describe('a message of the observe queue', () => {
  it('says which job of which source to look at', () => {
    expect(parseRequest(JSON.stringify(request))).toEqual(request);
    expect(parseRequest(JSON.stringify({ ...request, webhookAt: null }))).toEqual({ ...request, webhookAt: null });
  });

  it('put there by hand may leave the webhook out, and what else it says is not read', () => {
    expect(parseRequest('{"source":"research","jobId":"ftjob-1","status":"succeeded"}')).toEqual({
      ...request,
      webhookAt: null,
    });
  });

  it.each([
    '',
    'null',
    '"ftjob-1"',
    '[]',
    '{}',
    '{"source":"research"}',
    '{"jobId":"ftjob-1"}',
    '{"source":1,"jobId":"ftjob-1"}',
    '{"source":"research","jobId":"ft-legacy"}',
    '{"source":"research","jobId":"ftjob-1/../../models"}',
    '{"source":"research","jobId":["ftjob-1"]}',
    '{"source":"research","jobId":"ftjob-1","webhookAt":"now"}',
  ])('is not %s', (body) => {
    expect(parseRequest(body)).toBeUndefined();
  });
});
