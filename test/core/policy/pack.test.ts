import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MOST_PACKED_BYTES, packPolicy, unpackPolicy } from '../../../lambdas/core/policy/pack.ts';
import { aPolicy, aRule } from './builders.ts';

describe('a packed policy', () => {
  it('is the same when it is unpacked', () => {
    const policy = aPolicy([aRule({ name: 'Ünicode 规' })], { prune: true });
    expect(JSON.parse(unpackPolicy(packPolicy(policy) ?? ''))).toEqual(policy);
  });

  it('fits an invocation, or there is none', () => {
    const pinned = (count: number, model: (index: number) => string) =>
      aPolicy([], {
        permissions: Array.from({ length: count }, (_, index) => ({ checkpoint: model(index), to: ['proj_EU'] })),
      });
    const packed = packPolicy(pinned(100_000, (index) => `ft:gpt-4o-mini-2024-07-18:org:support:${index}`));
    expect(packed?.length).toBeLessThanOrEqual(MOST_PACKED_BYTES);
    const noise = (index: number) =>
      `ft:gpt:org::${Buffer.from(String(Math.sin(index)))
        .toString('base64url')
        .repeat(3)}`;
    expect(packPolicy(pinned(600_000, noise))).toBeNull();
  });

  it('that would unpack to more than memory holds is refused before it does', () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000)).toString('base64');
    expect(bomb.length).toBeLessThan(MOST_PACKED_BYTES);
    expect(() => unpackPolicy(bomb)).toThrow(/larger than/i);
  });

  it.each(['', 'AAAA', Buffer.from('{}').toString('base64')])('is not %j', (text) => {
    expect(() => unpackPolicy(text)).toThrow();
  });
});
