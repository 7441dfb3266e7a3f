/** An answer other than 2xx, in OpenAI's shape `{error: {message, type, param, code}}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    details: { type?: string; param?: string; code?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.type = details.type ?? 'invalid_request_error';
    this.param = details.param ?? null;
    this.code = details.code ?? null;
    this.headers = details.headers ?? {};
  }

  body(): unknown {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

/** The page of something that stands before OpenAI. */
export class PageError extends ApiError {
  constructor(status: number) {
    super(status, `${status}`);
  }

  override body(): string {
    return `<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body><h1>${this.status}</h1></body></html>`;
  }
}

/** The bare string in the place of the error that admin endpoints have been seen to answer with. */
export class BareError extends ApiError {
  override body(): unknown {
    return { error: this.message };
  }
}

/** A refusal of the token endpoint, in OAuth's shape (RFC 6749, 5.2). */
export class OAuthError extends ApiError {
  override body(): unknown {
    return { error: this.code, error_description: this.message };
  }
}

/** The request asks for something this fake has no answer for: refused, and kept for the test to fail on. */
export class UnpreparedError extends ApiError {}

export function badRequest(message: string, param?: string, code?: string): ApiError {
  return new ApiError(400, message, { ...(param && { param }), ...(code && { code }) });
}

export function notFound(message: string, param?: string, code?: string): ApiError {
  return new ApiError(404, message, { ...(param && { param }), ...(code && { code }) });
}

export function serverError(status = 500): ApiError {
  return new ApiError(status, 'The server had an error while processing your request. Sorry about that!', {
    type: 'server_error',
  });
}

/** 429 without rate headers, as measured on OpenAI's admin endpoints; `Retry-After` only where a time is given. */
export function tooManyRequests(retryAfterSeconds: number | null): ApiError {
  return new ApiError(429, 'Rate limit reached. Please slow down your requests.', {
    type: 'requests',
    code: 'rate_limit_exceeded',
    headers: retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) },
  });
}
