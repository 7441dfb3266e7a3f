import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSecrets } from '../../../lambdas/core/webhook/secrets.ts';
import { secretOf } from './signing.ts';

describe('parseSecrets', () => {
  it('reads back every key, whatever white space is between the entries', () => {
    const spaces = fc.stringMatching(/^[ \t\r\n]{1,3}$/);
    const entries = fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 64 }), spaces), { maxLength: 5 });
    fc.assert(
      fc.property(spaces, entries, (lead, pairs) => {
        const value = lead + pairs.map(([key, space]) => secretOf(key) + space).join('');
        expect(parseSecrets(value)).toEqual({ keys: pairs.map(([key]) => Buffer.from(key)), malformed: 0 });
      }),
    );
  });

  it.each([
    ['no prefix', 'dGVzdA=='],
    ['a prefix in upper case', 'WHSEC_dGVzdA=='],
    ['nothing after the prefix', 'whsec_'],
    ['no padding', 'whsec_dGVzdA'],
    ['the URL alphabet', 'whsec_-_-_'],
    ['stray bits', 'whsec_dGVzdB=='],
    ['a character that is not base64', 'whsec_dGV*dA=='],
    ['quotes around it', '"whsec_dGVzdA=="'],
    ['another kind of key', 'sk-admin-abc'],
  ])('counts an entry with %s as malformed', (_, entry) => {
    expect(parseSecrets(entry)).toEqual({ keys: [], malformed: 1 });
    expect(parseSecrets(`${entry} whsec_dGVzdA==`)).toEqual({ keys: [Buffer.from('test')], malformed: 1 });
  });

  it('finds nothing in an empty value', () => {
    expect(parseSecrets(' \n ')).toEqual({ keys: [], malformed: 0 });
  });
});
