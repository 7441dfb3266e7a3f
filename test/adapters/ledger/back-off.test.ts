import { describe, expect, it } from 'vitest';
import { Pace } from '../../../lambdas/adapters/ledger/back-off.ts';
import { VirtualTime } from '../../support/virtual-time.ts';

const WRITERS = 8;
const LATENCY_MS = 10;

/** One partition key of DynamoDB: 1,000 units of capacity a second, and as many saved up. */
function createPartition(time: VirtualTime) {
  let units = 1_000;
  let last = time.now();
  return async (cost: number): Promise<'busy' | 'taken'> => {
    units = Math.min(1_000, units + time.now() - last);
    last = time.now();
    const outcome = units >= cost ? 'taken' : 'busy';
    if (outcome === 'taken') units -= cost;
    await time.sleep(LATENCY_MS);
    return outcome;
  };
}

/** Eight writers side by side, until all rows are written or given up. `paceOf`: whose pace a writer keeps. */
async function writeAll(rows: number, cost: number, paceOf: (time: VirtualTime) => () => Pace) {
  const time = new VirtualTime();
  const partition = createPartition(time);
  const pace = paceOf(time);
  const begun = time.now();
  let left = rows;
  let givenUp = 0;
  const writer = async () => {
    while (left-- > 0)
      await pace()
        .write('a row', () => partition(cost))
        .catch(() => givenUp++);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return { givenUp, seconds: (time.now() - begun) / 1_000 };
}

const together = (time: VirtualTime) => {
  const pace = new Pace(time);
  return () => pace;
};
/** As if each write knew of no other. */
const alone = (time: VirtualTime) => () => new Pace(time);

describe('more writes than DynamoDB takes in a second', () => {
  it.each([
    ['20 targets each (9 KB)', 18],
    ['100 targets each, uncompressed (45 KB)', 90],
  ])('of %s are all taken, at nearly the pace that it bears', async (_, cost) => {
    const { givenUp, seconds } = await writeAll(3_000, cost, together);
    expect(givenUp).toBe(0);
    expect(seconds).toBeLessThan(((3_000 * cost) / 1_000) * 1.5);
  });

  it('are not all taken where each waits for itself alone', async () => {
    expect((await writeAll(3_000, 90, alone)).givenUp).toBeGreaterThan(0);
  });
});

describe('one write', () => {
  const time = new VirtualTime();

  it('is tried again when the whole call was throttled', async () => {
    let tries = 0;
    const written = await new Pace(time).write('a row', async () => {
      if (++tries < 3) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      return tries;
    });
    expect(written).toBe(3);
  });

  it('that DynamoDB never takes is given up after some seconds', async () => {
    const begun = time.now();
    const never = new Pace(time).write('ft:a', async () => 'busy');
    await expect(never).rejects.toMatchObject({ name: 'ContentionError', message: expect.stringContaining('ft:a') });
    expect(time.now() - begun).toBeGreaterThan(5_000);
    expect(time.now() - begun).toBeLessThan(20_000);
  });

  it('that fails for another reason is not tried again', async () => {
    let tries = 0;
    const failing = new Pace(time).write('ft:a', async () => {
      tries++;
      throw new Error('no access');
    });
    await expect(failing).rejects.toThrow('no access');
    expect(tries).toBe(1);
  });

  it('that lost to another says so after a moment, so that not all who lost try again at once', async () => {
    const begun = time.now();
    const back = await Promise.all(
      Array.from({ length: 8 }, async () => {
        expect(await new Pace(time).write('ft:a', async () => false)).toBe(false);
        return time.now() - begun;
      }),
    );
    expect(new Set(back).size).toBeGreaterThan(1);
    expect(Math.max(...back)).toBeLessThan(50);
  });
});
