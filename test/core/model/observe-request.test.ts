import { describe, expect, it } from 'vitest';
import { parseObserveRequest } from '../../../lambdas/core/model/observe-request.ts';

const request = { source: 'research', jobId: 'ftjob-1', webhookAt: 5 };

describe('a message of the observe queue', () => {
  it('says which job of which source to look at', () => {
    expect(parseObserveRequest(JSON.stringify(request))).toEqual(request);
    expect(parseObserveRequest(JSON.stringify({ ...request, webhookAt: null }))).toEqual({
      ...request,
      webhookAt: null,
    });
  });

  it('says who signed the webhook; a word that nobody knows is not read', () => {
    const signed = { ...request, signedBy: 'us' };
    expect(parseObserveRequest(JSON.stringify(signed))).toEqual(signed);
    expect(parseObserveRequest(JSON.stringify({ ...request, signedBy: 'CANARY' }))).toEqual(request);
  });

  it('put there by hand may leave the webhook out, and what else it says is not read', () => {
    expect(parseObserveRequest('{"source":"research","jobId":"ftjob-1","status":"succeeded"}')).toEqual({
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
    expect(parseObserveRequest(body)).toBeUndefined();
  });
});
