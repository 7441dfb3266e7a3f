import { describe, expect, it } from 'vitest';
import { CHECKPOINTS, PERMISSIONS, runOnce } from './admin-run.ts';
import { ours, script } from './sharers.ts';

const FIRST_RUN = { name: 'first run', throttle: 'off', copies: 1, again: false } as const;

describe('the script that lists and then creates', () => {
  const sharer = { by: 'script', start: script };

  it('shares everything with two calls a checkpoint, and asks once for each when there is nothing to do', async () => {
    const shared = { refused: 0, windows: 0, shared: PERMISSIONS, ended: true };
    expect(await runOnce(FIRST_RUN, sharer)).toEqual({ ...shared, calls: 2 * CHECKPOINTS });
    expect(await runOnce({ ...FIRST_RUN, again: true }, sharer)).toEqual({ ...shared, calls: CHECKPOINTS });
  });

  it("gives up under the throttle, after the SDK's own back-off of 0.5 and 1 s less up to a quarter", async () => {
    const run = await runOnce({ ...FIRST_RUN, throttle: 'sliding-window' }, sharer);
    expect(run).toMatchObject({ calls: 8 + 8 + 3, refused: 3, shared: 8 * 3, ended: false });
    expect(run.windows * 60).toBeGreaterThanOrEqual(0.75 * 1.5);
    expect(run.windows * 60).toBeLessThanOrEqual(1.5);
  });
});

describe('the product, beside it', () => {
  it('shares everything with one call a checkpoint and one to learn that no more is borne, and asks nothing when there is nothing to do', async () => {
    const sharer = { by: 'ours', rules: { limit: 8 }, start: ours };
    const throttled = { ...FIRST_RUN, throttle: 'token-bucket' } as const;
    const done = { refused: 1, calls: CHECKPOINTS + 1, shared: PERMISSIONS, ended: true };
    expect(await runOnce(throttled, sharer)).toMatchObject(done);
    expect(await runOnce({ ...throttled, copies: 2 }, sharer)).toMatchObject(done);
    expect(await runOnce({ ...throttled, again: true }, sharer)).toMatchObject({ ...done, refused: 0, calls: 0 });
  });
});
