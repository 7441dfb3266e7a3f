import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { lookup } from '../../../bin/ckpt/webhook/post.ts';

const lookUp = (name: string, all: boolean) =>
  new Promise<string | LookupAddress[]>((resolve, reject) => {
    lookup(name, { all }, (error, address) => (error ? reject(error) : resolve(address)));
  });

describe('looking names up', () => {
  it.each(['localhost', 'abc123.execute-api.localhost', 'ABC.LOCALHOST', 'abc.localhost.'])(
    'takes %s for this machine',
    async (name) => {
      expect(await lookUp(name, false)).toBe('127.0.0.1');
      expect(await lookUp(name, true)).toEqual([{ address: '127.0.0.1', family: 4 }]);
    },
  );

  it('leaves others to the resolver', async () => {
    expect(await lookUp('127.0.0.2', false)).toBe('127.0.0.2');
    await expect(lookUp('notlocalhost.invalid', false)).rejects.toThrow(/notlocalhost\.invalid/);
  });
});
