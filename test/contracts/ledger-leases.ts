import { expect, it } from 'vitest';
import { T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';

const TTL = 120_000;

export function leaseRules(makeLedger: MakeLedger): void {
  it('one holds it, and another is refused', async () => {
    const ledger = await makeLedger();
    expect(await ledger.acquireLease('drain', 'a', T0, TTL)).toBe(true);
    expect(await ledger.acquireLease('drain', 'b', T0, TTL)).toBe(false);
  });

  it('of ten who ask at once exactly one gets it', async () => {
    const ledger = await makeLedger();
    const owners = Array.from({ length: 10 }, (_, index) => `owner-${index}`);
    const got = await Promise.all(owners.map((owner) => ledger.acquireLease('drain', owner, T0, TTL)));
    expect(got.filter(Boolean)).toHaveLength(1);
  });

  it('its holder renews it, and the later end counts', async () => {
    const ledger = await makeLedger();
    await ledger.acquireLease('drain', 'a', T0, TTL);
    expect(await ledger.acquireLease('drain', 'a', T0 + 60_000, TTL)).toBe(true);
    expect(await ledger.acquireLease('drain', 'b', T0 + TTL, TTL)).toBe(false);
    expect(await ledger.acquireLease('drain', 'b', T0 + 60_000 + TTL, TTL)).toBe(true);
  });

  it('ends at the very millisecond of its expiry, and not before', async () => {
    const ledger = await makeLedger();
    await ledger.acquireLease('drain', 'a', T0, TTL);
    expect(await ledger.acquireLease('drain', 'b', T0 + TTL - 1, TTL)).toBe(false);
    expect(await ledger.acquireLease('drain', 'b', T0 + TTL, TTL)).toBe(true);
    expect(await ledger.acquireLease('drain', 'a', T0 + TTL, TTL)).toBe(false);
  });

  it('is free as soon as its holder gives it back', async () => {
    const ledger = await makeLedger();
    await ledger.acquireLease('drain', 'a', T0, TTL);
    await ledger.releaseLease('drain', 'a');
    expect(await ledger.acquireLease('drain', 'b', T0, TTL)).toBe(true);
  });

  it('is not taken from its holder by another who gives it back', async () => {
    const ledger = await makeLedger();
    await ledger.acquireLease('drain', 'a', T0, TTL);
    await ledger.acquireLease('drain', 'b', T0 + TTL, TTL);
    await ledger.releaseLease('drain', 'a');
    expect(await ledger.acquireLease('drain', 'a', T0 + TTL, TTL)).toBe(false);
    await ledger.releaseLease('never-held', 'a');
  });

  it('has nothing to do with a lease of another name', async () => {
    const ledger = await makeLedger();
    await ledger.acquireLease('drain', 'a', T0, TTL);
    expect(await ledger.acquireLease('other', 'b', T0, TTL)).toBe(true);
  });
}
