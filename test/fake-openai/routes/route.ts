import type { Endpoint } from '../endpoints.ts';
import type { ApiKey } from '../state/keys.ts';
import type { World } from '../state/world.ts';

export interface ApiRequest {
  /** What stands in the path for `:name`, without escapes. */
  param(name: string): string;
  readonly query: URLSearchParams;
  /** The JSON that was sent; throws a 400 if it cannot be read. */
  json(): unknown;
  readonly key: ApiKey;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Whether anything changed. */
  readonly effect: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly endpoint: Endpoint;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `:name` for what varies; below `/v1`, but for the endpoint without a key, which is below the origin. */
  readonly path: string;
  /** Neither kind of key does the other's work. */
  readonly key: 'admin' | 'project' | 'none';
  /** The scope that a restricted key needs; empty where there is no key. */
  readonly scope: string;
  /** Throws `ApiError` for anything but 200. */
  readonly handle: (request: ApiRequest, world: World) => Answer | Promise<Answer>;
}

/** 200 to a call that changed nothing. */
export function shown(body: unknown): Answer {
  return { status: 200, body, effect: false };
}

/** 200 to a call that was to change something, and whether it did. */
export function changed(body: unknown, effect = true): Answer {
  return { status: 200, body, effect };
}
