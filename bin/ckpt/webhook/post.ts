import { type LookupOptions, lookup as lookupByDns } from 'node:dns';
import type { LookupFunction } from 'node:net';
import request from 'undici/lib/api/api-request.js';
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import type { SignedEvent } from '../../../lambdas/shared/contract/operator.ts';
import { CliError } from '../errors.ts';

/** What came back, whatever it was. */
export interface Answered {
  readonly status: number;
  /** As text, cut where it is long. */
  readonly body: string;
}

/** OpenAI itself waits for a few seconds only; a cold start of everything on the way takes less than this. */
const ANSWER_WITHIN_MS = 30_000;
const CONNECT_WITHIN_MS = 10_000;
const SHOWN_BYTES = 2_000;

/** Delivers once, as OpenAI would: redirects are not followed, nothing is repeated. Throws `CliError` where no answer comes. */
export async function post({ url, headers, body }: SignedEvent): Promise<Answered> {
  const agent = new Agent({ connect: { lookup, timeout: CONNECT_WITHIN_MS } });
  const target = readUrl(url);
  try {
    const answer = await request.call(agent, {
      origin: target.origin,
      path: `${target.pathname}${target.search}`,
      method: 'POST',
      headers: { ...headers, 'user-agent': 'ckpt (OpenAI Checkpoint Sharing)' },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: answer.statusCode, body: await readStart(answer.body) };
  } catch (error) {
    throw noAnswer(url, error);
  } finally {
    await agent.destroy();
  }
}

/** Throws `CliError`. */
function readUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new CliError({
    name: 'UrlError',
    message: `"${url}" is no URL that can be posted to.`,
    next: 'Write one that begins with https:// or http://.',
  });
}

async function readStart(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > SHOWN_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, SHOWN_BYTES).toString('utf8');
}

function noAnswer(url: string, error: unknown): CliError {
  return new CliError(
    {
      name: 'NoAnswerError',
      message: `${new URL(url).origin} gives no answer (${reasonOf(error)}).`,
      next: 'Check the URL, and that it can be reached from here; a certificate of your own goes into NODE_EXTRA_CA_CERTS.',
    },
    { cause: error },
  );
}

/** A code such as ECONNREFUSED, or the name of the error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given';
  if (error.name === 'TimeoutError') return `none within ${ANSWER_WITHIN_MS / 1_000} s`;
  if (error instanceof errors.UndiciError && error.cause !== undefined) return reasonOf(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

const LOOPBACK = { address: '127.0.0.1', family: 4 } as const;

/**
 * Looks a name up as RFC 6761 has it: whatever ends in `.localhost` is this machine, which Node leaves to resolvers that
 * often do not know it. A local cloud gives its APIs such names.
 */
export const lookup: LookupFunction = (hostname, options: LookupOptions, callback) => {
  if (!/(?:^|\.)localhost\.?$/i.test(hostname)) {
    lookupByDns(hostname, options, callback);
  } else if (options.all) {
    callback(null, [LOOPBACK]);
  } else {
    callback(null, LOOPBACK.address, LOOPBACK.family);
  }
};
