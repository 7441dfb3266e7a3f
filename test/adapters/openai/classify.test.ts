import { describe, expect, it } from 'vitest';
import { type Access, classify, type Failure } from '../../../lambdas/adapters/openai/classify.ts';
import { type CallerRefusedError, ThrottledError } from '../../../lambdas/core/errors.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

function status(code: number, message: string | null = 'words', retryAfter: string | null = null): Failure {
  return { kind: 'status', status: code, message, retryAfter, requestId: 'req_1' };
}

/** As OpenAI says it. */
function refusal(status: number, code: string | null, message: string, type = 'invalid_request_error'): Failure {
  return { kind: 'status', status, message, code, type, retryAfter: null, requestId: 'req_1' };
}

const unsent: Failure = { kind: 'unsent', message: 'refused' };
const unanswered: Failure = { kind: 'unanswered', message: 'reset' };

const TABLE: readonly [string, Failure, read: string, write: string][] = [
  ['401', status(401, 'Incorrect API key provided'), 'BadCredentialsError', 'BadCredentialsError'],
  ['401 naming scopes', status(401, 'No. Missing scopes: api.fine_tuning'), 'MissingScopeError', 'MissingScopeError'],
  ['401 permissions', status(401, 'You have insufficient permissions'), 'MissingScopeError', 'MissingScopeError'],
  ['401 without a message', status(401, null), 'BadCredentialsError', 'BadCredentialsError'],
  ['403', status(403), 'ForbiddenError', 'ForbiddenError'],
  ['403 naming scopes', status(403, 'Missing scopes: api.x'), 'MissingScopeError', 'MissingScopeError'],
  ['403 for one model', status(403, 'Insufficient permissions for ft:x'), 'ForbiddenError', 'ForbiddenError'],
  ['403 without a message', status(403, null), 'CallerRefusedError', 'CallerRefusedError'],
  ['404', status(404), 'NotFoundError', 'NotFoundError'],
  ['404 of a path', status(404, 'Invalid URL (GET /v2/fine_tuning)'), 'CallerRefusedError', 'CallerRefusedError'],
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
  ['302', status(302, null), 'CallerRefusedError', 'CallerRefusedError'],
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

  const QUOTA = 'You exceeded your current quota, please check your plan and billing details.';
  const INACTIVE = 'Your account is not active, please check your billing details on our website.';

  it.each<[string, Failure]>([
    ['429', refusal(429, 'insufficient_quota', QUOTA, 'insufficient_quota')],
    ['403', refusal(403, 'insufficient_quota', QUOTA, 'insufficient_quota')],
    ['a null code', refusal(429, null, INACTIVE, 'billing_not_active')],
    ['only words', status(429, QUOTA)],
    ['400', refusal(400, 'billing_hard_limit_reached', 'Billing hard limit has been reached')],
    ['401', refusal(401, 'account_deactivated', 'The account associated with this API key has been deactivated.')],
    ['a spend limit', refusal(429, 'organization_spend_limit_exceeded', 'The limit was reached')],
    ['a usage limit', refusal(429, 'usage_limit_reached', 'The limit was reached')],
    ['a budget', refusal(429, 'project_budget_exceeded', 'No')],
    ['402', status(402, 'Payment required')],
  ])('is no throttle and no bad key where the account is refused: %s', (_, failure) => {
    for (const access of ['read', 'write'] as const) {
      expect(classify(access, failure, NOW).name).toBe('AccountRefusedError');
    }
  });

  const COUNTRY = 'Country, region, or territory not supported';
  const HOST =
    'Attempted to access resource with incorrect regional hostname. Please make your request to us.api.openai.com';

  it.each<[CallerRefusedError['why'], Failure]>([
    ['country', refusal(403, 'unsupported_country_region_territory', COUNTRY, 'request_forbidden')],
    ['country', status(403, COUNTRY)],
    ['address', refusal(401, 'ip_not_authorized', 'Your IP is not authorized to access this resource.')],
    ['address', status(401, 'IP address 203.0.113.9 is not authorized for this organization')],
    ['host', refusal(401, 'incorrect_hostname', HOST)],
    ['host', status(401, HOST)],
    ['host', refusal(421, 'incorrect_hostname', HOST)],
    ['host', refusal(404, 'incorrect_hostname', 'No')],
    ['host', status(421, HOST)],
    ['address', status(403, 'Your request IP does not match the configured IP allowlist')],
    ['policy', refusal(401, 'no_matching_rule', 'Unauthorized', 'rejected_by_access_enforcement')],
    ['policy', refusal(403, null, 'Forbidden', 'request_forbidden')],
    ['policy', refusal(401, 'a_code_of_tomorrow', 'No')],
    ['gateway', { kind: 'status', status: 403, message: null, page: true, retryAfter: null, requestId: undefined }],
    ['gateway', { kind: 'status', status: 404, message: null, page: true, retryAfter: null, requestId: undefined }],
  ])('blames neither key nor checkpoint where the caller is refused: %s', (why, failure) => {
    expect(classify('write', failure, NOW)).toMatchObject({ name: 'CallerRefusedError', why });
  });

  it('says what to do about a host name', () => {
    expect(classify('write', refusal(401, 'incorrect_hostname', HOST), NOW)).toMatchObject({
      code: 'incorrect_hostname',
      message: `${HOST}. Put https://us.api.openai.com/v1 into openai.baseUrl in sharing.yaml, and deploy.`,
    });
  });

  it.each<Failure>([
    refusal(401, 'invalid_api_key', 'Incorrect API key provided: sk-…abcd'),
    refusal(403, 'invalid_api_key', 'No'),
    refusal(401, 'api_key_revoked', 'No'),
    refusal(401, 'token_expired', 'No'),
    refusal(401, null, 'You must be a member of an organization to use the API'),
    refusal(401, '401', 'Incorrect API key provided'),
  ])('takes the key for dead: $status $code $message', (failure) => {
    expect(classify('write', failure, NOW).name).toBe('BadCredentialsError');
  });

  it.each<[string, Failure]>([
    ['a throttle', refusal(429, 'rate_limit_exceeded', 'Rate limit reached', 'requests')],
    ['a throttle of another status', refusal(403, 'rate_limit_exceeded', 'Rate limit reached', 'requests')],
  ])('is a throttle by its code: %s', (_, failure) => {
    expect(classify('write', failure, NOW).name).toBe('ThrottledError');
  });

  it('knows a page from an error of OpenAI’s', () => {
    const page: Failure = {
      kind: 'status',
      status: 503,
      message: null,
      page: true,
      retryAfter: null,
      requestId: undefined,
    };
    expect(classify('write', page, NOW)).toMatchObject({ name: 'UncertainError', isPage: true });
    expect(classify('write', status(503), NOW)).toMatchObject({ name: 'UncertainError', isPage: false });
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
    ['1796000000', 3600],
    ['Fri, 20 Nov 2099 12:00:00 GMT', 3600],
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
