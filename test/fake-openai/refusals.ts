import { ApiError, PageError } from './api-error.ts';
import type { Endpoint } from './endpoints.ts';

/** Bodies as they are quoted in public reports; `account_deactivated` and `policy` are of the same form, and ours. */
const REFUSALS = {
  quota: () =>
    new ApiError(429, 'You exceeded your current quota, please check your plan and billing details.', {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),
  'quota-forbidden': () =>
    new ApiError(403, 'You exceeded your current quota, please check your plan and billing details.', {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),
  /** As older answers had it: the type alone tells. */
  billing: () =>
    new ApiError(429, 'Your account is not active, please check your billing details on our website.', {
      type: 'billing_not_active',
    }),
  deactivated: () =>
    new ApiError(401, 'The OpenAI account associated with this API key has been deactivated.', {
      code: 'account_deactivated',
    }),
  country: () =>
    new ApiError(403, 'Country, region, or territory not supported', {
      type: 'request_forbidden',
      code: 'unsupported_country_region_territory',
    }),
  address: () => new ApiError(401, 'Your IP is not authorized to access this resource.', { code: 'ip_not_authorized' }),
  host: () =>
    new ApiError(
      401,
      'Attempted to access resource with incorrect regional hostname. Please make your request to us.api.openai.com',
      { code: 'incorrect_hostname' },
    ),
  policy: () => new ApiError(401, 'Unauthorized', { type: 'rejected_by_access_enforcement', code: 'no_matching_rule' }),
  'page-403': () => new PageError(403),
  'page-404': () => new PageError(404),
  'page-503': () => new PageError(503),
  'page-520': () => new PageError(520),
} as const;

export type RefusalKind = keyof typeof REFUSALS;

/** Whom OpenAI, or what stands before it, refuses whatever they ask for, and which checkpoints it keeps to itself. */
export class Refusals {
  #kind: RefusalKind | null = null;
  #endpoints: readonly Endpoint[] | null = null;
  readonly #forbidden = new Map<string, string>();

  /** From now on, until told otherwise, at these endpoints or at all. */
  refuse(kind: RefusalKind, ...endpoints: readonly Endpoint[]): void {
    this.#kind = kind;
    this.#endpoints = endpoints.length === 0 ? null : endpoints;
  }

  letIn(): void {
    this.#kind = null;
  }

  /** 403 to whatever is done about this checkpoint's permissions. */
  forbid(checkpoint: string, message = 'This model is blocked: it did not pass the safety checks'): void {
    this.#forbidden.set(checkpoint, message);
  }

  allow(checkpoint: string): void {
    this.#forbidden.delete(checkpoint);
  }

  /** Throws what the caller is told, if it is refused. */
  checkCaller(endpoint: Endpoint): void {
    if (this.#kind === null || this.#endpoints?.includes(endpoint) === false) return;
    throw REFUSALS[this.#kind]();
  }

  /** Throws where OpenAI keeps the checkpoint to itself. */
  checkCheckpoint(checkpoint: string): void {
    const message = this.#forbidden.get(checkpoint);
    if (message !== undefined) throw new ApiError(403, message);
  }
}
