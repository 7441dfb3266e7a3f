import type { CallerRefusedError } from '../../core/errors.ts';

/** What a refusal says of itself. */
export interface Words {
  readonly status: number;
  /** OpenAI's own words; empty where it had none. */
  readonly message: string;
  /** Its `code` and its `type`, lower case. The type alone may tell: older bodies have a null `code`. */
  readonly codes: readonly string[];
}

type Why = CallerRefusedError['why'];

// Codes and sentences as OpenAI documents them in its guide to error codes, or as they are quoted in public reports; the
// sentences are for gateways that hand on OpenAI's words without its codes.

const ACCOUNT_CODE =
  /^(?:insufficient_quota|quota_exceeded|credit_balance_exhausted|billing_\w+|(?:account|organization)_(?:deactivated|suspended|disabled)|access_terminated|(?:\w+_)?(?:spend|usage)_limit_(?:exceeded|reached)|(?:\w+_)?budget_exceeded)$/;
const ACCOUNT_WORDS =
  /exceeded your current quota|billing hard limit|account is not active|check your (?:plan and )?billing|account (?:\w+ ){0,6}deactivated|access was terminated/i;

const CALLER: readonly (readonly [why: Why, code: RegExp, words: RegExp])[] = [
  [
    'country',
    /^unsupported_country/,
    /country, region, or territory not supported|not available in your country|not authorized in this region/i,
  ],
  [
    'address',
    /^ip_(?:address_)?(?:not_(?:authorized|allowed)|(?:allow_?list|restrict|block)\w*)$/,
    /\bIP\b.{0,80}\b(?:not (?:authorized|allowed)\b|allow(?:ed)?[ -]?list)/i,
  ],
  ['host', /^incorrect_hostname$/, /incorrect (?:regional )?host ?name/i],
  [
    'policy',
    /^(?:organization|project)_(?:polic\w+|restricted|access_denied)$|^(?:rejected_by_access_enforcement|no_matching_rule|mtls_required|request_forbidden|invalid_organization|mismatched_(?:organization|project))$/,
    /\b(?:organi[sz]ation|project)(?:'s|’s)? polic(?:y|ies)\b/i,
  ],
];

const SCOPE_CODE = /^(?:missing_scopes?|insufficient_permissions|insufficient_scope)$/;
const SCOPE_WORDS = /insufficient permissions for this operation/i;

/** A refusal that speaks of a model speaks of what was asked for, not of whoever asked. */
const ABOUT_ONE = /\b(?:model|checkpoint)s?\b|\bft:/i;

const KEY_CODE = /api_key|token|credential|authentication|revoked|expired/;
const KEY_WORDS = /incorrect api key/i;

/** About the organisation's account. By the status alone nothing is: 429 is a throttle, 403 may be anything. */
export function isOfAccount({ status, message, codes }: Words): boolean {
  if (status === 402 || codes.some((code) => ACCOUNT_CODE.test(code))) return true;
  return isRefusal(status) && ACCOUNT_WORDS.test(message);
}

/** Why whoever calls from here is refused; undefined where that is not why. */
export function whyOfCaller({ status, message, codes }: Words): Why | undefined {
  const byCode = CALLER.find(([, pattern]) => codes.some((code) => pattern.test(code)))?.[0];
  if (byCode !== undefined && byCode !== 'policy') return byCode;
  if (!isRefusal(status)) return undefined;
  if (byCode !== undefined || ABOUT_ONE.test(message)) return byCode;
  return CALLER.find(([, , words]) => words.test(message))?.[0];
}

export function isOfScope({ status, message, codes }: Words): boolean {
  if (status !== 401 && status !== 403) return false;
  if (codes.some((code) => SCOPE_CODE.test(code)) || /missing scopes?\b/i.test(message)) return true;
  // With a 403 it may be said of the one checkpoint that was asked for.
  if (status === 403 && ABOUT_ONE.test(message)) return false;
  return SCOPE_WORDS.test(message) || (status === 401 && /insufficient permissions/i.test(message));
}

/** Whether it means that the key is dead. A 401 without a code does, one of an unheard-of code need not. */
export function isOfKey({ status, message, codes }: Words): boolean {
  if (codes.includes('invalid_api_key') || KEY_WORDS.test(message)) return status >= 400 && status < 500;
  if (status !== 401) return false;
  const [code] = codes.filter((each) => !GENERIC.test(each));
  return code === undefined || KEY_CODE.test(code);
}

/** Says no more than the status does; some gateways repeat the status itself. */
const GENERIC = /^(?:invalid_request_error|authentication_error|permission_error|error|unauthorized|none|null|\d+)$/;

/** What to do about it, a sentence; OpenAI's own words come before it. */
export function adviceFor(why: Why, { message }: Words): string {
  const [, host] = /\b((?:[a-z0-9-]+\.)+openai\.com)\b/i.exec(message) ?? [];
  switch (why) {
    case 'country':
      return 'The calls come from a place that OpenAI does not serve: deploy in another region, or call through openai.baseUrl.';
    case 'address':
      return "Let the function's address into the organisation's IP allow list.";
    case 'host':
      return `Put ${host === undefined ? 'the host that serves your region' : `https://${host}/v1`} into openai.baseUrl in sharing.yaml, and deploy.`;
    case 'policy':
      return 'A rule of the organisation or the project forbids it: an owner of the organisation can change that.';
    case 'gateway':
      return 'Check openai.baseUrl in sharing.yaml, and what lies between here and OpenAI.';
  }
}

function isRefusal(status: number): boolean {
  return [401, 403, 421, 429, 451].includes(status);
}
