import { describe, expect, it } from 'vitest';
import { TOLERANCE_SECONDS, verify } from '../../../lambdas/core/webhook/verify.ts';
import { secretOf, signBytes, signed } from './signing.ts';

const NOW = 1_795_000_000;
const key = Buffer.alloc(32, 7);
const otherKey = Buffer.alloc(32, 8);
const secret = secretOf(key);
const message = signed(key, '{"id":"evt_1"}', NOW);

/** The same message with a header that is signed as it stands, so that only the header's form can be at fault. */
function withSigned(header: { id?: string; timestamp?: string }) {
  const { id, timestamp } = { ...message, ...header };
  return { ...message, id, timestamp, signature: signBytes(key, id, timestamp, message.body) };
}

describe('a genuine delivery', () => {
  it('is accepted', () => {
    expect(verify(message, [secret], NOW)).toEqual({ ok: true, under: 0 });
  });

  it.each([-TOLERANCE_SECONDS, TOLERANCE_SECONDS])('is accepted %i s from our clock', (offset) => {
    expect(verify(message, [secret], NOW + offset)).toEqual({ ok: true, under: 0 });
  });

  it('is accepted under the previous secret, and under any of several in one value', () => {
    expect(verify(message, [secretOf(otherKey), secret], NOW)).toEqual({ ok: true, under: 1 });
    expect(verify(message, [`${secretOf(otherKey)}\n\t ${secret} `], NOW)).toEqual({ ok: true, under: 0 });
  });

  it('is accepted beside a malformed entry', () => {
    expect(verify(message, [`whsec_!!! ${secret}`], NOW)).toEqual({ ok: true, under: 0 });
  });

  it('is accepted by any of its signatures', () => {
    const other = signBytes(otherKey, message.id, message.timestamp, message.body);
    expect(verify({ ...message, signature: `${other} ${message.signature}` }, [secret], NOW)).toEqual({
      ok: true,
      under: 0,
    });
    expect(verify({ ...message, signature: `${message.signature} ${other}` }, [secret], NOW)).toEqual({
      ok: true,
      under: 0,
    });
  });

  it('is accepted beside a signature of a scheme that is not ours', () => {
    const signature = `v1a,c29tZXRoaW5n v2,x ${message.signature}`;
    expect(verify({ ...message, signature }, [secret], NOW)).toEqual({ ok: true, under: 0 });
  });

  it.each([
    ['no label', message.signature.slice('v1,'.length)],
    ['too few bytes', 'v1,AAAA'],
    ['no value', 'v1,'],
    ['nothing', ''],
    ['loose base64', `v1,${'-'.repeat(42)}A=`],
    ['no ASCII', 'v1,ä'],
  ])('is accepted beside a malformed signature, which is passed over: one with %s', (_, malformed) => {
    for (const signature of [`${malformed} ${message.signature}`, `${message.signature} ${malformed}`]) {
      expect(verify({ ...message, signature }, [secret], NOW)).toEqual({ ok: true, under: 0 });
      expect(verify({ ...message, signature }, [secretOf(otherKey)], NOW)).toMatchObject({ check: 'signature' });
    }
  });

  it('is accepted with a body that is not UTF-8, or empty', () => {
    expect(verify(signed(key, Buffer.from([0xff, 0x00, 0xc3]), NOW), [secret], NOW)).toEqual({ ok: true, under: 0 });
    expect(verify(signed(key, '', NOW), [secret], NOW)).toEqual({ ok: true, under: 0 });
  });
});

describe('what lenient verifiers let through', () => {
  it.each(['', 'wh.1', 'wh 1', 'wh\n1', 'wh\u00001', 'whä', 'w'.repeat(257)])('the id %j is refused', (id) => {
    expect(verify(withSigned({ id }), [secret], NOW)).toMatchObject({ ok: false, check: 'id' });
  });

  it.each([
    '',
    `${NOW}x`,
    `+${NOW}`,
    `-${NOW}`,
    `${NOW}.0`,
    ` ${NOW}`,
    `${NOW} `,
    `${NOW}\n`,
    `0${NOW}`,
    '1e9',
    '0x6afd',
    'NaN',
    '1'.repeat(16),
    '１７９５００００００',
  ])('the timestamp %j is refused', (timestamp) => {
    expect(verify(withSigned({ timestamp }), [secret], NOW)).toMatchObject({ ok: false, check: 'timestamp-format' });
  });

  const bare = message.signature.slice('v1,'.length);
  it.each([
    ['none', ''],
    ['no label', bare],
    ['a label only', 'v1,'],
    ['another label', `v2,${bare}`],
    ['a label in upper case', `V1,${bare}`],
    ['base64 of the URL alphabet', `v1,${'-'.repeat(42)}A=`],
    ['no padding', message.signature.slice(0, -1)],
    ['stray bits before the padding', `v1,${'A'.repeat(42)}B=`],
    ['too few bytes', `v1,${Buffer.alloc(31).toString('base64')}`],
    ['too many bytes', `v1,${Buffer.alloc(33).toString('base64')}`],
    ['a comma between two', `${message.signature},${message.signature}`],
    ['a line feed at the end', `${message.signature}\n`],
    ['several of which none is well-formed', `${bare} v1,AAAA ${message.signature}=`],
    ['hundreds', Array.from({ length: 300 }, () => message.signature).join(' ')],
  ])('a signature header with %s is refused', (_, signature) => {
    expect(verify({ ...message, signature }, [secret], NOW)).toMatchObject({ ok: false, check: 'signature-format' });
  });
});

describe('a delivery out of time', () => {
  it.each([
    [TOLERANCE_SECONDS + 1, 'past'],
    [-TOLERANCE_SECONDS - 1, 'future'],
    [86_400, 'past'],
  ])('is refused %i s later', (offset, direction) => {
    const verdict = verify(message, [secret], NOW + offset);
    expect(verdict).toMatchObject({ ok: false, check: 'timestamp-tolerance' });
    expect(verdict).toHaveProperty('message', expect.stringContaining(`${Math.abs(offset)} s in the ${direction}`));
  });

  it('is refused by a clock that tells no time', () => {
    expect(verify(message, [secret], Number.NaN)).toMatchObject({ ok: false, check: 'timestamp-tolerance' });
  });
});

describe('a forgery', () => {
  it('is refused when another key signed it', () => {
    expect(verify(message, [secretOf(otherKey)], NOW)).toMatchObject({ ok: false, check: 'signature' });
  });

  it.each([[[]], [['']], [['whsec_']], [['not a secret']]])('is refused where the secrets are %j', (secrets) => {
    expect(verify(message, secrets, NOW)).toMatchObject({ ok: false, check: 'signature' });
  });

  it('learns neither key nor expected signature from the refusal', () => {
    const forged = { ...message, signature: signBytes(otherKey, message.id, message.timestamp, message.body) };
    const said = JSON.stringify(verify(forged, [secret], NOW));
    expect(said).not.toContain(message.signature.slice(3));
    expect(said).not.toContain(secret.slice('whsec_'.length));
  });
});
