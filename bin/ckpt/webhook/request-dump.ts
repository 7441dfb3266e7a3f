import { CliError } from '../errors.ts';

/** A delivery as it was captured. A header that did not come is empty. */
export interface CapturedDelivery {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  /** Exactly the bytes that were captured. */
  readonly body: Buffer;
  /** What may be wrong with the capture itself, a whole sentence; null when nothing is. */
  readonly doubt: string | null;
}

const REQUEST_LINE = /^[A-Z]+ \S+(?: HTTP\/[\d.]+)?$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/**
 * Reads a raw HTTP request: its first line (may be missing), headers, an empty line, the body. Lines end in CR LF or LF; the
 * body is kept byte for byte. A header that came twice keeps both values, as the webhook function sees it. Throws `CliError`.
 */
export function readRequest(dump: Buffer): CapturedDelivery {
  const { head, body } = split(dump);
  const [first = '', ...rest] = head.split(/\r?\n/);
  const lines = REQUEST_LINE.test(first) ? rest : [first, ...rest];
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined) throw noRequest('has a line above the body that is no header');
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  const header = (name: string) => headers.get(name) ?? '';
  return {
    id: header('webhook-id'),
    timestamp: header('webhook-timestamp'),
    signature: header('webhook-signature'),
    body,
    doubt: doubtOf(header('content-length'), header('transfer-encoding'), body.length),
  };
}

/** At the first empty line. As latin1 every byte is one character, so that places in the text are places in the bytes. */
function split(dump: Buffer): { readonly head: string; readonly body: Buffer } {
  const end = /\r?\n\r?\n/.exec(dump.toString('latin1'));
  if (end === null) throw noRequest('has no empty line between headers and body');
  return { head: dump.subarray(0, end.index).toString('latin1'), body: dump.subarray(end.index + end[0].length) };
}

function doubtOf(contentLength: string, transferEncoding: string, length: number): string | null {
  if (/chunked/i.test(transferEncoding)) {
    return 'It says "transfer-encoding: chunked": if the captured body still has the sizes of its chunks in it, take them out.';
  }
  if (!/^\d+$/.test(contentLength) || Number(contentLength) === length) return null;
  return `Its content-length says ${contentLength} bytes, and ${length} were captured: the body is not what was sent.`;
}

function noRequest(problem: string): CliError {
  return new CliError({
    name: 'RequestFileError',
    message: `What was given ${problem}.`,
    next: 'Give a raw HTTP request: headers, an empty line, and the body exactly as it came.',
  });
}
