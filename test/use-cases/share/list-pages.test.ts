import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_GROWTH } from '../../../lambdas/core/pacing/forecast.ts';
import type { PermissionApi } from '../../../lambdas/core/ports/openai.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, type Scene } from '../scene.ts';

const MINUTE = 60_000;
const MANY = Array.from({ length: 450 }, (_, index) => `proj_${String(index).padStart(24, 'x')}`);

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ targets: MANY, rules: { ...NO_GROWTH, limit: 1 } });
});
afterEach(() => scene.close());

/** A checkpoint whose permissions somebody has made; it is to be listed. */
async function toBeListed(granted: readonly string[], afterMs: number): Promise<string> {
  const { id, finalModel } = scene.addJob(1);
  await scene.observe(id);
  for (const projectId of granted) scene.fake.grant(finalModel, projectId);
  const before = await recordOf(finalModel);
  const verifyAt = scene.time.now() + afterMs;
  await scene.ledger.saveCheckpoint({ ...before, permissions: {}, verifyAt, verifyPriority: 'repair' }, before);
  return finalModel;
}

async function recordOf(model: string) {
  const record = await scene.ledger.getCheckpoint(model);
  if (record === undefined) throw new Error(`${model} is not in the ledger`);
  return record;
}

/** A function a minute, as long as a function may run. */
async function tick(minutes: number, api?: PermissionApi): Promise<void> {
  for (let count = 0; count < minutes; count++) {
    const start = scene.time.now();
    await drain(scene.deps(api && { api }), `tick${count}`, start + 50_000);
    scene.time.advance(start + MINUTE + 2_000 - scene.time.now());
  }
}

describe('a list of more pages than one turn has slots for', () => {
  it('goes on where it was, and the next one has its turn after it', async () => {
    const large = await toBeListed(MANY, 0);
    const small = await toBeListed([], 1);
    await tick(3);
    expect((await recordOf(large)).listing?.permissions).toHaveLength(300);
    await tick(4);
    expect(Object.keys((await recordOf(large)).permissions)).toHaveLength(450);
    expect((await recordOf(large)).listing).toBeUndefined();
    expect((await recordOf(small)).listedAt).not.toBeNull();
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(6);
  });

  it('proves nothing about what was granted while its pages came in', async () => {
    const large = await toBeListed(MANY.slice(1), 0);
    const begunAt = scene.time.now();
    await tick(7);
    expect((await recordOf(large)).listedAt).toBe(begunAt);
  });

  it('begins anew where OpenAI does not know its cursor any more', async () => {
    const large = await toBeListed(MANY, 0);
    await tick(2);
    const cursor = (await recordOf(large)).listing?.after ?? '';
    scene.fake.revoke(large, cursor);
    const api = scene.permissionApi();
    const strict: PermissionApi = {
      ...api,
      list: (checkpoint, after) => api.list(checkpoint, after === cursor ? 'cp_unknown' : after),
    };
    await tick(9, strict);
    expect(Object.keys((await recordOf(large)).permissions)).toHaveLength(449);
  });

  it('begins anew where it has rested for hours', async () => {
    const large = await toBeListed(MANY, 0);
    await tick(2);
    scene.time.advance(3 * 60 * MINUTE);
    const begunAt = scene.time.now();
    await tick(7);
    expect((await recordOf(large)).listedAt).toBe(begunAt);
  });

  it('that goes round in a circle is given up, and the next one has its turn', async () => {
    const large = await toBeListed(MANY, 0);
    const small = await toBeListed([], 1);
    const api = scene.permissionApi();
    const cursors: (string | null)[] = [];
    const list: PermissionApi['list'] = async (checkpoint, after) => {
      if (checkpoint !== large) return api.list(checkpoint, after);
      cursors.push(after);
      return api.list(checkpoint, cursors.length % 2 === 1 ? null : (cursors[1] ?? after));
    };
    await tick(6, { ...api, list });
    expect((await recordOf(small)).listedAt).not.toBeNull();
    expect((await recordOf(large)).listing).toBeUndefined();
    expect((await recordOf(large)).listedAt).toBeNull();
  });

  it('begins anew, after a while, where OpenAI fails in between', async () => {
    const large = await toBeListed(MANY, 0);
    const small = await toBeListed([], 1);
    await tick(2);
    scene.fake.faults.queue('permissions.list', 'error-before');
    await tick(2);
    expect((await recordOf(large)).listing).toBeUndefined();
    expect((await recordOf(small)).listedAt).not.toBeNull();
    await tick(10);
    expect(Object.keys((await recordOf(large)).permissions)).toHaveLength(450);
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(9);
  });
});
