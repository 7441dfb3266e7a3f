import { describe, expect, it } from 'vitest';
import { changedOnTheWay } from '../../../lambdas/core/webhook/changed-on-the-way.ts';
import { signed } from './signing.ts';

const key = Buffer.alloc(32, 7);
const NOW = 1_795_000_000;
const EVENT = { id: 'evt_1', type: 'fine_tuning.job.succeeded', data: { id: 'ftjob-1' }, tags: ['a', 'ü'] };
const COMPACT = JSON.stringify(EVENT);
const INDENTED = JSON.stringify(EVENT, null, 2);
const PYTHONS = '{"id": "evt_1", "type": "fine_tuning.job.succeeded", "data": {"id": "ftjob-1"}, "tags": ["a", "ü"]}';

/** Why the signature of what was sent does not fit what came. */
const cause = (sent: string | Uint8Array, came: string | Uint8Array) =>
  changedOnTheWay({ ...signed(key, sent, NOW), body: Buffer.from(came) }, [Buffer.alloc(32, 8), key]);

describe('a body that was changed on the way', () => {
  it.each([
    ['a line feed after it', COMPACT, `${COMPACT}\n`, /without the line end/],
    ['CR LF after it', COMPACT, `${COMPACT}\r\n`, /without the line end/],
    ['its own line feed cut off', `${COMPACT}\n`, COMPACT, /with a line feed at its end/],
    ['a byte order mark before it', COMPACT, `\uFEFF${COMPACT}`, /byte order mark/],
    ['CR LF for its line feeds', INDENTED, INDENTED.replaceAll('\n', '\r\n'), /line feeds where it has CR LF/],
    ['line feeds for its CR LF', INDENTED.replaceAll('\n', '\r\n'), INDENTED, /CR LF where it has line feeds/],
    ['been indented', COMPACT, INDENTED, /as compact JSON/],
    ['been compacted', INDENTED, COMPACT, /indented by two/],
    ["lost Python's spaces", PYTHONS, COMPACT, /spaces after colons and commas/],
  ])('is recognised when it has %s', (_, sent, came, expected) => {
    expect(cause(sent, came)).toMatch(expected);
  });

  it('is not recognised when it is another one, or no JSON, or was signed by somebody else', () => {
    expect(cause(COMPACT, COMPACT.replace('ftjob-1', 'ftjob-2'))).toBeUndefined();
    expect(cause('text', 'text, changed')).toBeUndefined();
    expect(cause(Buffer.from([0xff, 0xfe]), Buffer.from([0xff]))).toBeUndefined();
    const others = { ...signed(Buffer.alloc(32, 9), COMPACT, NOW), body: Buffer.from(`${COMPACT}\n`) };
    expect(changedOnTheWay(others, [key])).toBeUndefined();
  });

  it('of bytes that are no text is put together again byte for byte', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3]);
    expect(cause(bytes, Buffer.concat([bytes, Buffer.from('\n')]))).toMatch(/without the line end/);
    expect(cause(Buffer.concat([bytes, Buffer.from('\n')]), bytes)).toMatch(/with a line feed at its end/);
  });
});
