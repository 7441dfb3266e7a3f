import { afterEach, describe, expect, it } from 'vitest';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { Killed, Killer } from '../../support/crash.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';
import { auditState, grantedTo, putUpAudit, rowFor, shareJobs } from './auditing.ts';

const MINUTE_MS = 60_000;

let scene: Scene;
afterEach(() => scene.close());

/** Runs one share function that is killed; false when it came to its end before that. */
async function runAndKill(at: number, moment: 'before' | 'after'): Promise<boolean> {
  const killer = new Killer(at, moment);
  const deps = scene.deps({
    ledger: killer.watch(scene.ledger),
    pacerStore: killer.watch(scene.store),
    api: killer.watch(scene.permissionApi()),
    auditLog: killer.watch(scene.auditLogApi()),
  });
  await drain(deps, `victim-${at}-${moment}`, inAnHour(scene)).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  return killer.struck;
}

describe('killed between any two of its steps', () => {
  it.each(['before', 'after'] as const)('%s each step: all that the log told is in the ledger', async (moment) => {
    for (let at = 0, struck = true; struck; at++) {
      scene = await createScene({ fake: { quirks: { repeatedPost: 'makes-second' } }, rules: { limit: 1_000 } });
      for (const id of ['proj_FOREIGN', 'proj_BRIEF']) scene.fake.addProject({ id });
      const [gone = '', granted = '', kept = ''] = await shareJobs(scene, 4);
      scene.fake.revoke(gone, grantedTo(scene, gone));
      const foreign = scene.fake.grant(granted, 'proj_FOREIGN').id;
      scene.fake.revoke(granted, scene.fake.grant(granted, 'proj_BRIEF').id);
      scene.fake.archiveProject(TARGETS[2]);
      await putUpAudit(scene);

      struck = await runAndKill(at, moment);
      for (let minute = 0; minute < 5; minute++) {
        scene.time.advance(MINUTE_MS);
        await drain(scene.deps(), `tick-${minute}`, inAnHour(scene));
      }
      expect(await rowFor(scene, gone)).toMatchObject({ state: 'active', permissionId: grantedTo(scene, gone) });
      expect(scene.fake.permissions(gone).filter(({ projectId }) => projectId === TARGETS[0])).toHaveLength(1);
      expect(await rowFor(scene, granted, 'proj_FOREIGN')).toMatchObject({ state: 'foreign', permissionId: foreign });
      expect(await rowFor(scene, granted, 'proj_BRIEF')).toBeUndefined();
      expect((await rowFor(scene, kept, TARGETS[2]))?.state).toBe('rejected');
      expect((await scene.ledger.refusedProjects()).map(({ projectId }) => projectId)).toEqual([TARGETS[2]]);
      expect(await auditState(scene)).toMatchObject({ dueAt: null, walk: null, access: 'on' });
      expect(at).toBeLessThan(400);
      await scene.close();
    }
  });
});
