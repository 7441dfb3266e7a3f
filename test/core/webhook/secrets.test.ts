import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSecrets, whyNoKeys } from '../../../lambdas/core/webhook/secrets.ts';
import { secretOf } from './signing.ts';

/** What is found in a value, its keys as bytes. */
function found(value: string) {
  const { keys, malformed } = parseSecrets(value);
  return { keys: keys.map((key) => key.export()), malformed };
}

describe('parseSecrets', () => {
  it('reads back every key, whatever white space is between the entries', () => {
    const spaces = fc.stringMatching(/^[ \t\r\n]{1,3}$/);
    // Zeros alone are `AAAA…`, a placeholder.
    const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 }).filter((key) => new Set(key).size > 1);
    const entries = fc.array(fc.tuple(bytes, spaces), { maxLength: 5 });
    fc.assert(
      fc.property(spaces, entries, (lead, pairs) => {
        const value = lead + pairs.map(([key, space]) => secretOf(key) + space).join('');
        expect(found(value)).toEqual({ keys: pairs.map(([key]) => Buffer.from(key)), malformed: 0 });
      }),
    );
  });

  const KEY = Buffer.from('long enough to be a real key');
  const BASE64 = KEY.toString('base64');

  it.each([
    ['no prefix', BASE64],
    ['a prefix in upper case', `WHSEC_${BASE64}`],
    ['nothing after the prefix', 'whsec_'],
    ['no padding', `whsec_${BASE64.replace(/=+$/, '')}`],
    ['the URL alphabet', `whsec_-_-_${BASE64}`],
    ['stray bits', `whsec_${'A'.repeat(40)}dGVzdB==`],
    ['a character that is not base64', `whsec_*${BASE64}`],
    ['quotes around it', `"whsec_${BASE64}"`],
    ['another kind of key', 'sk-admin-abc'],
  ])('counts an entry with %s as malformed', (_, entry) => {
    expect(found(entry)).toEqual({ keys: [], malformed: 1 });
    expect(found(`${entry} whsec_${BASE64}`)).toEqual({ keys: [KEY], malformed: 1 });
  });

  it.each([
    [23, 0],
    [24, 1],
    [64, 1],
    [65, 0],
  ])('of %i bytes finds %i keys: there are 24 to 64 in one', (length, count) => {
    expect(parseSecrets(secretOf(Buffer.alloc(length, 7))).keys).toHaveLength(count);
  });

  it('finds the same in a value that it has seen, also after many others', () => {
    const value = secretOf(KEY);
    for (let other = 1; other <= 200; other++) {
      expect(found(value)).toEqual({ keys: [KEY], malformed: 0 });
      expect(found(secretOf(Buffer.alloc(32, other)))).toEqual({ keys: [Buffer.alloc(32, other)], malformed: 0 });
    }
  });

  it('finds nothing in an empty value', () => {
    expect(found(' \n ')).toEqual({ keys: [], malformed: 0 });
  });
});

describe('a word in place of a secret', () => {
  it.each([
    ...['x', 'A', '1'].map((character) => `whsec_${character.repeat(32)}`),
    `whsec_${'X'.repeat(44)}`,
    secretOf(Buffer.alloc(32)),
  ])('%s verifies nothing, though it is base64', (value) => {
    expect(parseSecrets(value)).toEqual({ keys: [], malformed: 1 });
    expect(whyNoKeys(value)).toMatch(/placeholder/);
  });
});

describe('whyNoKeys', () => {
  const bytes = Buffer.from('CANARY of the webhook secret??>>');
  const whole = secretOf(Buffer.from('CANARY of the webhook secret ...'));

  it.each([
    ['whsec_changeme', /of 6 bytes, and OpenAI's have 24 to 64/],
    [secretOf(Buffer.alloc(65)), /of 65 bytes/],
    [whole.slice(0, 30), /of 18 bytes/],
    [whole.slice(0, -2), /not copied whole/],
    [secretOf(Buffer.from('CANARY of the webhook secret ..')).replace('=', ''), /an = too few or too many at its end/],
    [`${secretOf(bytes)}=`, /an = too few or too many at its end/],
    [`{"secret":"${whole}","DB_PASSWORD":"CANARY"}`, /is a JSON object: store the bare whsec_…/],
    [`{ "secret": "CANARY" }`, /is a JSON object/],
    [`"${whole}"`, /is in quotes/],
    [`${whole}\\n`, /written-out \\n/],
    [`OPENAI_WEBHOOK_SECRET=${whole}`, /NAME=…/],
    [`Bearer whsec_CANARY-`, /Bearer/],
    ['whsec_…CANARY', /is masked/],
    ['whsec_****', /is masked/],
    ['file://CANARY.txt', /file:\/\//],
    ['<your webhook secret>', /placeholder/],
    [`${whole}\u200b`, /invisible/],
    [`${whole},${whole}`, /several webhook secrets/],
    [`${whole};${whole}`, /several webhook secrets/],
    [`${whole}${whole}`, /several webhook secrets/],
    [`whsec_${whole}`, /whsec_ twice/],
    [`A=${whole}`, /NAME=…/],
    [`secret:${whole}`, /NAME=…/],
    [`x-webhook-secret:${whole}`, /NAME=…/],
    [`<secret>${whole}</secret>`, /is XML/],
    [`hunter2${whole}`, /other text beside/],
    [`${whole},`, /other text beside/],
    [`${whole},DB_PASSWORD=hunter2`, /other text beside/],
    [`whsec_${bytes.toString('base64url')}`, /URL-safe base64/],
    [bytes.toString('base64'), /does not begin with whsec_/],
    [`WHSEC_${bytes.toString('base64')}`, /does not begin with whsec_/],
    [`whsec-${bytes.toString('base64')}`, /does not begin with whsec_/],
    [`whsec_ ${whole.slice(6)}`, /white space within/],
    [`${whole.slice(0, 20)}\n${whole.slice(20)}`, /white space within/],
    [Buffer.from(whole).toString('base64'), /encoded in base64/],
    [encodeURIComponent(`"${whole}"`), /encoded for an address/],
    ['whsec_', /only the beginning/],
    [`whsec_sk-proj-CANARY`, /an API key where/],
    ['sk-proj-CANARY', /an API key where/],
    [`sk-ant-api03-${'CANARY'.repeat(9)}`, /a secret of another service/],
    [`ghp_${'CANARY'.repeat(6)}`, /a secret of another service/],
    ['CANARY', /holds no webhook secret/],
    ['', /is empty/],
  ])('of %j says what it is, and does not repeat it', (value, problem) => {
    expect(parseSecrets(value).keys).toEqual([]);
    expect(whyNoKeys(value)).toMatch(problem);
    expect(whyNoKeys(value)).not.toMatch(/CANARY|Q0FOQVJZ/);
  });
});
