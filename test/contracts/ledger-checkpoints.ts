import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { MAX_CHECKPOINT_BYTES } from '../../lambdas/core/model/ids.ts';
import type { CheckpointRecord } from '../../lambdas/core/model/permission.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import { aCheckpoint, aHold, aPermission, MODEL, T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';

export function checkpointRules(makeLedger: MakeLedger): void {
  it('nothing is found before it is stored', async () => {
    const ledger = await makeLedger();
    expect(await ledger.getCheckpoint(MODEL)).toBeUndefined();
    expect(await ledger.listCheckpoints(null)).toEqual({ items: [], cursor: null });
  });

  it('a record is read as it was stored, one version on', async () => {
    const ledger = await makeLedger();
    const record: CheckpointRecord = {
      ...aCheckpoint(
        aPermission('proj_A', 'active', { duplicateIds: ['cp_2', 'cp_3'], verifiedAt: T0 }),
        aPermission('proj_B', 'rejected', { reason: 'not "known": {ü}\n', attempts: 3, failing: 'not-found' }),
      ),
      inFlight: { projectIds: ['proj_A', 'proj_B'], startedAt: T0, deadline: T0 + 30_000 },
      batches: [['proj_A'], ['proj_B', 'proj_C']],
    };
    expect(await ledger.saveCheckpoint(record, record)).toBe(true);
    expect(await ledger.getCheckpoint(MODEL)).toEqual({ ...record, version: 1 });
  });

  it('what a person has said, and what is set aside, is read as it was stored', async () => {
    const ledger = await makeLedger();
    const row = aPermission('proj_A', 'pending', { parked: true });
    const holds = {
      proj_A: aHold('ignored'),
      proj_GONE: aHold('forgotten', { by: null }),
      proj_C: aHold('withheld', { by: 'arn:aws:sts::123456789012:assumed-role/ops/jane' }),
    };
    const record: CheckpointRecord = { ...aCheckpoint(row), holds };
    await save(ledger, record);
    expect(await ledger.getCheckpoint(MODEL)).toEqual({ ...record, version: 1 });
    expect((await ledger.listCheckpoints(null)).items).toEqual([{ ...record, version: 1 }]);
  });

  it('a record of which nobody has said anything has no word of it', async () => {
    const ledger = await makeLedger();
    await save(ledger, aCheckpoint(aPermission('proj_A', 'active')));
    const read = await ledger.getCheckpoint(MODEL);
    expect(read).not.toHaveProperty('holds');
    expect(read?.permissions.proj_A).not.toHaveProperty('parked');
  });

  it('the version stored is that of the record decided on, whatever the changed one says', async () => {
    const ledger = await makeLedger();
    const before = aCheckpoint();
    await ledger.saveCheckpoint({ ...before, version: 99 }, before);
    expect((await ledger.getCheckpoint(MODEL))?.version).toBe(1);
  });

  it('a write decided on an older version changes nothing', async () => {
    const ledger = await makeLedger();
    const first = aCheckpoint();
    await ledger.saveCheckpoint(first, first);
    const read = (await ledger.getCheckpoint(MODEL)) as CheckpointRecord;
    expect(await ledger.saveCheckpoint({ ...read, jobId: 'ftjob-2' }, read)).toBe(true);
    expect(await ledger.saveCheckpoint({ ...read, jobId: 'ftjob-3' }, read)).toBe(false);
    expect(await ledger.saveCheckpoint({ ...first, jobId: 'ftjob-4' }, first)).toBe(false);
    expect(await ledger.getCheckpoint(MODEL)).toMatchObject({ version: 2, jobId: 'ftjob-2' });
  });

  it('a write decided on a version that was never stored changes nothing', async () => {
    const ledger = await makeLedger();
    const record = { ...aCheckpoint(), version: 3 };
    expect(await ledger.saveCheckpoint(record, record)).toBe(false);
    expect(await ledger.getCheckpoint(MODEL)).toBeUndefined();
  });

  it.each([0, 1])('of ten writes at once on version %i exactly one stands', async (version) => {
    const ledger = await makeLedger();
    const first = aCheckpoint();
    if (version > 0) await ledger.saveCheckpoint(first, first);
    const read = (await ledger.getCheckpoint(MODEL)) ?? first;
    const rivals = Array.from({ length: 10 }, (_, index) => ({ ...read, jobId: `ftjob-${index}` }));
    const stood = await Promise.all(rivals.map((rival) => ledger.saveCheckpoint(rival, read)));
    expect(stood.filter(Boolean)).toHaveLength(1);
    expect(await ledger.getCheckpoint(MODEL)).toEqual({ ...rivals[stood.indexOf(true)], version: version + 1 });
  });

  it('checkpoints do not mix, even where one id begins with another', async () => {
    const ledger = await makeLedger();
    const ids = [MODEL, `${MODEL}:ckpt-step-10`, `${MODEL}:ckpt-step-100`];
    for (const checkpoint of ids) await save(ledger, { ...aCheckpoint(), checkpoint, jobId: `of ${checkpoint}` });
    for (const checkpoint of ids) {
      expect((await ledger.getCheckpoint(checkpoint))?.jobId).toBe(`of ${checkpoint}`);
    }
  });

  it('a record of 1,000 targets is read as it was stored, and so is what is told of it', async () => {
    const ledger = await makeLedger();
    const rule = '规'.repeat(200);
    const rows = Array.from({ length: 1_000 }, (_, index) => {
      const projectId = `proj_${String(index).padStart(24, 'x')}`;
      const want = { projectId, origin: 'policy', rule, onDrift: 'repair', expiresAt: null } as const;
      return aPermission(projectId, 'pending', { want, reason: `wanted by ${rule}` });
    });
    const record = aCheckpoint(...rows);
    expect(await ledger.saveCheckpoint(record, aCheckpoint())).toBe(true);
    expect(await ledger.getCheckpoint(MODEL)).toEqual({ ...record, version: 1 });
    expect((await ledger.listCheckpoints(null)).items).toEqual([{ ...record, version: 1 }]);
    const { items } = await ledger.listEvents({ checkpoint: MODEL, cursor: null, limit: 10 });
    expect(items[0]?.changes).toHaveLength(1_000);
    expect((await ledger.listEvents({ checkpoint: null, cursor: null, limit: 10 })).items).toEqual(items);
  });

  it('a record of more than 400 KB is refused by its name, and what was stored stays', async () => {
    const ledger = await makeLedger();
    await save(ledger, aCheckpoint(aPermission('proj_A', 'active')));
    const before = (await ledger.getCheckpoint(MODEL)) as CheckpointRecord;
    const reason = randomBytes(450_000).toString('base64');
    const tooLarge = { ...before, permissions: { proj_A: aPermission('proj_A', 'rejected', { reason }) } };
    const refusal = { name: 'RowRefusedError', row: MODEL };
    await expect(ledger.saveCheckpoint(tooLarge, before)).rejects.toMatchObject(refusal);
    expect(await ledger.getCheckpoint(MODEL)).toEqual(before);
  });

  it('a name that is too long for a key of its history is refused, and nothing is stored', async () => {
    const ledger = await makeLedger();
    const named = (bytes: number) => ({
      ...aCheckpoint(aPermission('proj_A', 'pending')),
      checkpoint: 'n'.repeat(bytes),
    });
    await save(ledger, named(MAX_CHECKPOINT_BYTES));
    const refused = ledger.saveCheckpoint(named(600), { ...named(600), permissions: {} });
    await expect(refused).rejects.toMatchObject({ name: 'RowRefusedError' });
    expect((await ledger.listCheckpoints(null)).items).toHaveLength(1);
  });

  it('a page goes on after the cursor', async () => {
    const ledger = await makeLedger();
    for (const checkpoint of ['ft:a', 'ft:b', 'ft:c']) await save(ledger, { ...aCheckpoint(), checkpoint });
    const { items, cursor } = await ledger.listCheckpoints('ft:a');
    expect(items.map(({ checkpoint }) => checkpoint)).toEqual(['ft:b', 'ft:c']);
    expect(cursor).toBeNull();
  });

  it('all pages together have every checkpoint once, beyond the 1 MB that one page holds', async () => {
    const ledger = await makeLedger();
    const ids = Array.from({ length: 24 }, (_, index) => `${MODEL}:ckpt-step-${index}`);
    for (const checkpoint of ids) await save(ledger, { ...aCheckpoint(...manyRows()), checkpoint });

    const pages: (readonly CheckpointRecord[])[] = [];
    for (let cursor: string | null = null, more = true; more; ) {
      const page = await ledger.listCheckpoints(cursor);
      pages.push(page.items);
      cursor = page.cursor;
      more = cursor !== null;
    }
    const listed = pages.flat();
    expect(listed.map(({ checkpoint }) => checkpoint).sort()).toEqual([...ids].sort());
    expect(listed[0]).toMatchObject({ version: 1, permissions: { proj_7: { state: 'rejected' } } });
    expect(JSON.stringify(listed).length).toBeGreaterThan(1_200_000);
  });
}

/** About 60 kB of rows, of which no compression makes less. */
function manyRows() {
  const reason = () => randomBytes(400).toString('base64');
  return Array.from({ length: 120 }, (_, index) => aPermission(`proj_${index}`, 'rejected', { reason: reason() }));
}

async function save(ledger: Ledger, record: CheckpointRecord): Promise<void> {
  expect(await ledger.saveCheckpoint(record, record)).toBe(true);
}
