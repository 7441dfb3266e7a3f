import { checkSignature, type SignedMessage } from './verify.ts';

/** Another form of a body, and how it comes from the one that was signed. */
interface Change {
  /** Follows "the signature is that of the body". */
  readonly of: string;
  /** The body as it was before; null where this cannot have happened. */
  readonly before: (body: Buffer) => Buffer | null;
}

/** What tools on the way are known to do to a body. The first that explains the signature is named. */
const CHANGES: readonly Change[] = [
  { of: 'without the line end that follows it here', before: (body) => cutEnd(body, /\r?\n$/) },
  {
    of: 'with a line feed at its end, which is missing here',
    before: (body) => Buffer.concat([body, Buffer.from('\n')]),
  },
  { of: 'without the byte order mark that it has here', before: (body) => cutStart(body, '\uFEFF') },
  { of: 'with line feeds where it has CR LF here', before: (body) => replaced(body, '\r\n', '\n') },
  { of: 'with CR LF where it has line feeds here', before: (body) => replaced(body, '\n', '\r\n') },
  {
    of: 'as compact JSON: it was parsed and written again',
    before: (body) => rewritten(body, (json) => JSON.stringify(json)),
  },
  {
    of: 'as JSON indented by two: it was parsed and written again',
    before: (body) => rewritten(body, (json) => JSON.stringify(json, null, 2)),
  },
  {
    of: 'as JSON with spaces after colons and commas: it was parsed and written again',
    before: (body) => rewritten(body, spaced),
  },
];

/**
 * Why a signature does not match, where it would if the body had been left as it was; undefined where that explains
 * nothing. It names the change and nothing else: neither a key nor a signature.
 */
export function changedOnTheWay(message: SignedMessage, keys: readonly Uint8Array[]): string | undefined {
  const body = Buffer.from(message.body);
  const found = CHANGES.find(({ before }) => {
    const original = before(body);
    return original !== null && checkSignature({ ...message, body: original }, keys).ok;
  });
  return found && `it is that of the body ${found.of}`;
}

function cutEnd(body: Buffer, end: RegExp): Buffer | null {
  const text = body.toString('latin1');
  return end.test(text) ? Buffer.from(text.replace(end, ''), 'latin1') : null;
}

function cutStart(body: Buffer, start: string): Buffer | null {
  const bytes = Buffer.from(start);
  return body.subarray(0, bytes.length).equals(bytes) ? body.subarray(bytes.length) : null;
}

function replaced(body: Buffer, from: string, to: string): Buffer | null {
  const text = body.toString('latin1');
  return text.includes(from) ? Buffer.from(text.replaceAll(from, to), 'latin1') : null;
}

function rewritten(body: Buffer, write: (json: unknown) => string): Buffer | null {
  try {
    return Buffer.from(write(JSON.parse(body.toString('utf8'))));
  } catch {
    // No JSON, so nobody can have written it again as such.
    return null;
  }
}

/** As Python's json.dumps writes by itself. */
function spaced(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(spaced).join(', ')}]`;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  return `{${Object.entries(json)
    .map(([key, value]) => `${JSON.stringify(key)}: ${spaced(value)}`)
    .join(', ')}}`;
}
