import { describe, expect, it } from 'vitest';
import { REPAIRS_A_DAY } from '../../../lambdas/core/checkpoint/flapping.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { aPermission, aRecord, ask, aWant, ledgerWith, MODEL, NOW, operatorDeps } from './ask.ts';

async function scene() {
  const ledger = await ledgerWith(
    aRecord([
      aPermission('proj_EU', 'drifted', { want: aWant('proj_EU'), repairs: Array(REPAIRS_A_DAY).fill(NOW) }),
      aPermission('proj_US', 'drifted', { want: aWant('proj_US', { onDrift: 'report' }) }),
      aPermission('proj_OTHER', 'active', { permissionId: 'cp_1' }),
    ]),
  );
  let woken = 0;
  const deps = operatorDeps({ ledger, waker: { wake: async () => void woken++ } });
  const stateOf = async (projectId: string) => (await ledger.getCheckpoint(MODEL))?.permissions[projectId]?.state;
  return { deps, stateOf, woken: () => woken };
}

const repair = (project: readonly string[]) => ({ command: 'repair', checkpoint: MODEL, project }) as const;

describe('repair', () => {
  it('shares again what is drifted, flapping or not, and wakes the share function', async () => {
    const { deps, stateOf, woken } = await scene();
    expect((await ask(deps, { command: 'status' })).flapping).toBe(1);
    expect(await ask(deps, repair([]))).toEqual({
      checkpoint: MODEL,
      projects: [
        { projectId: 'proj_EU', project: 'prod-eu' },
        { projectId: 'proj_US', project: 'prod-us' },
      ],
    });
    expect(await Promise.all(['proj_EU', 'proj_US', 'proj_OTHER'].map(stateOf))).toEqual([
      'pending',
      'pending',
      'active',
    ]);
    expect(woken()).toBe(1);
    expect((await ask(deps, { command: 'status' })).flapping).toBe(0);
  });

  it.each([['prod-eu'], ['proj_EU']])('can be narrowed to the project %s', async (project) => {
    const { deps, stateOf } = await scene();
    await ask(deps, repair([project]));
    expect(await Promise.all(['proj_EU', 'proj_US'].map(stateOf))).toEqual(['pending', 'drifted']);
  });

  it.each([
    ['a checkpoint that is not there', { ...repair([]), checkpoint: 'ft:unheard' }, 'has no checkpoint "ft:unheard"'],
    ['what is not drifted', repair(['proj_OTHER']), 'is drifted'],
    ['a mistyped alias', repair(['prod-eü']), 'Did you mean "prod-eu"?'],
    ['no checkpoint', { command: 'repair' }, 'the field "checkpoint"'],
  ])('refuses %s', async (_, request, message) => {
    const { deps, woken } = await scene();
    const answer = await createOperator(deps)(request, 'request-1');
    if (answer.ok) throw new Error('this was to be refused');
    expect(`${answer.error.message} ${answer.error.next}`).toContain(message);
    expect(woken()).toBe(0);
  });
});
