/** The base of every error that this system raises on purpose. Data goes in fields, never a secret among them. */
export abstract class SharingError extends Error {
  abstract override readonly name: string;
}

/** A secret is not there, is empty, or does not hold what it should. `arn` names it, its value is never kept. */
export class SecretUnusableError extends SharingError {
  override readonly name = 'SecretUnusableError' as const;
  readonly arn: string;
  constructor(arn: string, problem: string, options?: ErrorOptions) {
    super(`Secret ${arn} ${problem}`, options);
    this.arn = arn;
  }
}

/** The function's environment or bundled policy is incomplete; every mistake is in one message. */
export class SettingsError extends SharingError {
  override readonly name = 'SettingsError' as const;
}

/** The ledger row changed too often underneath one change; the work stays due and is taken up again. */
export class ContentionError extends SharingError {
  override readonly name = 'ContentionError' as const;
}

/** One row cannot be written, however often it is tried: it, or its key, has more bytes than DynamoDB takes. */
export class RowRefusedError extends SharingError {
  override readonly name = 'RowRefusedError' as const;
  readonly row: string;
  readonly problem: string;
  constructor(row: string, problem: string, options?: ErrorOptions) {
    super(`${row} cannot be written: ${problem}`, options);
    this.row = row;
    this.problem = problem;
  }
}

/**
 * The pacer has no slot for an admin call: it is to be tried again after so many whole seconds. `reason` is why the
 * endpoint rests, null where it is merely busy.
 */
export class NoSlotError extends SharingError {
  override readonly name = 'NoSlotError' as const;
  readonly endpoint: string;
  readonly seconds: number;
  readonly reason: string | null;
  constructor(slot: { endpoint: string; seconds: number; reason: string | null }, options?: ErrorOptions) {
    const because = slot.reason === null ? '' : `: ${slot.reason}`;
    super(`No call to ${slot.endpoint} may start for ${slot.seconds} s${because}`, options);
    this.endpoint = slot.endpoint;
    this.seconds = slot.seconds;
    this.reason = slot.reason;
  }
}

interface ErrorDetails {
  readonly status?: number | undefined;
  readonly code?: string | null | undefined;
  readonly page?: boolean | undefined;
  readonly requestId?: string | undefined;
}

/** What every failed call to OpenAI has in common. The message is OpenAI's own, shortened; the body is not kept. */
export abstract class OpenAIError extends SharingError {
  readonly status: number | null;
  /** OpenAI's own word for what is wrong, `invalid_api_key`; null where it had none. */
  readonly code: string | null;
  /** It was not OpenAI that answered, but something before it, with a page of its own. */
  readonly isPage: boolean;
  readonly requestId: string | null;
  constructor(message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.status = details.status ?? null;
    this.code = details.code ?? null;
    this.isPage = details.page ?? false;
    this.requestId = details.requestId ?? null;
  }
}

/** 401: the key is wrong, revoked, expired, or of the other kind (a project key where an admin key is needed). */
export class BadCredentialsError extends OpenAIError {
  override readonly name = 'BadCredentialsError' as const;
}

/** The admin key is good, and knows none of our projects: it is another organisation's. */
export class ForeignKeyError extends SharingError {
  override readonly name = 'ForeignKeyError' as const;
  readonly projectIds: readonly string[];
  constructor(projectIds: readonly string[], options?: ErrorOptions) {
    const none = `it has none of the projects of sharing.yaml (${projectIds.join(', ')})`;
    super(`${none}. If it is the right key, check openai.baseUrl and what answers there`, options);
    this.projectIds = projectIds;
  }
}

/** OpenAI refuses all that the admin key is used for, and it may look at none of our projects, so that nothing shows whose it is. */
export class DoubtedKeyError extends SharingError {
  override readonly name = 'DoubtedKeyError' as const;
  constructor(projectIds: readonly string[], said: string, options?: ErrorOptions) {
    const none = `it may look at none of the projects of sharing.yaml (${projectIds.join(', ')})`;
    const all = `OpenAI refuses it several checkpoints or projects in a row, the last time with: ${said}`;
    super(`${none}, and ${all.replace(/\.?$/, '.')} ${IS_IT_OURS}`, options);
  }
}

/** What to look at where a key of another organisation, or a wrong address, would explain what OpenAI says. */
export const IS_IT_OURS = 'Is the key of this organisation, and is openai.baseUrl right?';

/** 401 or 403 that names missing scopes. OpenAI answers 401 here, not 403. The key may be good for other endpoints. */
export class MissingScopeError extends OpenAIError {
  override readonly name = 'MissingScopeError' as const;
}

/** Any other 403: for this one checkpoint, say. The key is good for others. */
export class ForbiddenError extends OpenAIError {
  override readonly name = 'ForbiddenError' as const;
}

/** The organisation's account is out of quota, not paid for or closed, whatever the status: 429, 403, 402. No throttle. */
export class AccountRefusedError extends OpenAIError {
  override readonly name = 'AccountRefusedError' as const;
}

/**
 * Whoever calls from here is refused, whatever the key and whatever is asked for. The message says what to do.
 *
 * - `country` OpenAI does not serve the country that the call comes from
 * - `address` the organisation lets in other addresses only
 * - `host` the organisation's data is kept at another host name
 * - `policy` a rule of the organisation or project
 * - `gateway` it is not OpenAI that answers: a proxy, a firewall, a wrong base URL
 */
export class CallerRefusedError extends OpenAIError {
  override readonly name = 'CallerRefusedError' as const;
  readonly why: 'country' | 'address' | 'host' | 'policy' | 'gateway';
  constructor(message: string, details: ErrorDetails & { readonly why: CallerRefusedError['why'] }) {
    super(message, details);
    this.why = details.why;
  }
}

/** 400: the project that owns the checkpoint was among the targets. */
export class OwningProjectError extends OpenAIError {
  override readonly name = 'OwningProjectError' as const;
}

/** 404: the job, checkpoint or permission is unknown or deleted. */
export class NotFoundError extends OpenAIError {
  override readonly name = 'NotFoundError' as const;
}

/** 429. `retryAfterSeconds` is null where OpenAI names no time, which on admin endpoints is the rule. */
export class ThrottledError extends OpenAIError {
  override readonly name = 'ThrottledError' as const;
  readonly retryAfterSeconds: number | null;
  constructor(message: string, details: ErrorDetails & { readonly retryAfterSeconds: number | null }) {
    super(message, details);
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** Any other 4xx: OpenAI understood the request and will not carry it out. */
export class RefusedError extends OpenAIError {
  override readonly name = 'RefusedError' as const;
}

/** The request certainly had no effect: nothing was sent, or a read failed. */
export class UnavailableError extends OpenAIError {
  override readonly name = 'UnavailableError' as const;
}

/** A read was answered with something of another form than documented: asking once more rarely helps. */
export class OddAnswerError extends UnavailableError {}

/** A list says that it goes on, and shows nothing more, or what it has shown: it would never end, and is not whole. */
export class EndlessListError extends UnavailableError {}

/** The request may have been carried out: a 5xx, a reset, a time-out or an unreadable answer to a write. */
export class UncertainError extends OpenAIError {
  override readonly name = 'UncertainError' as const;
}

/**
 * A function cannot prove to OpenAI who it is. The message says what to do; `link` is where the chain is broken:
 *
 * - `switch` the AWS account mints no identities at all
 * - `mint` AWS mints none for this function
 * - `connection` nobody has connected the source, so that there is nothing at OpenAI to be exchanged with
 * - `exchange` 400, 401 or 403 of the token endpoint: OpenAI does not take the identity
 */
export class IdentityRefusedError extends OpenAIError {
  override readonly name = 'IdentityRefusedError' as const;
  readonly link: 'switch' | 'mint' | 'connection' | 'exchange';
  constructor(
    message: string,
    { link = 'exchange', ...details }: ErrorDetails & { readonly link?: IdentityRefusedError['link'] } = {},
    options?: ErrorOptions,
  ) {
    super(message, details, options);
    this.link = link;
  }
}
