import { describe, expect, it } from 'vitest';
import { type Access, classify, type Failure } from '../../../lambdas/adapters/openai/classify.ts';
import { ThrottledError } from '../../../lambdas/core/errors.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

function status(code: number, message: string | null = 'words', retryAfter: string | null = null): Failure {
  return { kind: 'status', status: code, message, retryAfter, requestId: 'req_1' };
}

const unsent: Failure = { kind: 'unsent', message: 'refused' };
const unanswered: Failure = { kind: 'unanswered', message: 'reset' };

const TABLE: readonly [string, Failure, read: string, write: string][] = [
  ['401', status(401, 'Incorrect API key provided'), 'BadCredentialsError', 'BadCredentialsError'],
  ['401 naming scopes', status(401, 'No. Missing scopes: api.fine_tuning'), 'MissingScopeError', 'MissingScopeError'],
  ['401 permissions', status(401, 'You have insufficient permissions'), 'MissingScopeError', 'MissingScopeError'],
  ['401 without a message', status(401, null), 'BadCredentialsError', 'BadCredentialsError'],
  ['403', status(403), 'MissingScopeError', 'MissingScopeError'],
  ['404', status(404), 'NotFoundError', 'NotFoundError'],
  ['404 of a path', status(404, 'Invalid URL (GET /v2/fine_tuning)'), 'RefusedError', 'RefusedError'],
  ['429', status(429), 'ThrottledError', 'ThrottledError'],
  [
    '400 owning project',
    status(400, 'Cannot modify checkpoint permissions for the owning project: proj_A'),
    'OwningProjectError',
    'OwningProjectError',
  ],
  ['400', status(400, 'No such project: proj_A'), 'RefusedError', 'RefusedError'],
  ['409', status(409), 'RefusedError', 'RefusedError'],
  ['422', status(422), 'RefusedError', 'RefusedError'],
  ['302', status(302, null), 'RefusedError', 'RefusedError'],
  ['408', status(408), 'UnavailableError', 'UncertainError'],
  ['500', status(500), 'UnavailableError', 'UncertainError'],
  ['500 owning project', status(500, 'owning project'), 'UnavailableError', 'UncertainError'],
  ['503', status(503, null), 'UnavailableError', 'UncertainError'],
  ['529', status(529), 'UnavailableError', 'UncertainError'],
  ['not sent', unsent, 'UnavailableError', 'UnavailableError'],
  ['not answered', unanswered, 'UnavailableError', 'UncertainError'],
];

describe('classify', () => {
  it.each(TABLE)('%s', (_, failure, read, write) => {
    const nameFor = (access: Access) => classify(access, failure, NOW).name;
    expect({ read: nameFor('read'), write: nameFor('write') }).toEqual({ read, write });
  });

  it("keeps OpenAI's words, the status and the request id", () => {
    expect(classify('write', status(400, 'No such project'), NOW)).toMatchObject({
      message: 'No such project',
      status: 400,
      requestId: 'req_1',
    });
  });

  it('says what to do about a redirect', () => {
    expect(classify('read', status(308, null), NOW).message).toMatch(/308.*openai\.baseUrl/);
  });

  it.each([
    ['7', 7],
    [' 7 ', 7],
    ['0', 0],
    ['1.2', 2],
    ['Fri, 20 Nov 2026 12:01:30 GMT', 90],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['nonsense GMT', null],
    ['', null],
    [null, null],
  ])('Retry-After %j is %j seconds', (header, seconds) => {
    const error = classify('write', status(429, 'slow down', header), NOW);
    expect(error).toBeInstanceOf(ThrottledError);
    expect(error).toMatchObject({ retryAfterSeconds: seconds, status: 429, requestId: 'req_1' });
  });

  it('keeps a cause only where there is one', () => {
    const cause = new Error('ECONNRESET');
    expect(classify('write', { ...unanswered, cause }, NOW).cause).toBe(cause);
    expect(classify('write', unanswered, NOW)).not.toHaveProperty('cause');
  });
});
