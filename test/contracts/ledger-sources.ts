import { expect, it } from 'vitest';
import { T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';

export function sourceRules(makeLedger: MakeLedger): void {
  it('a source is known from the first time that anything is seen of it', async () => {
    const ledger = await makeLedger();
    expect(await ledger.getSources()).toEqual([]);
    await ledger.touchSource('research', { lastWebhookAt: T0 });
    expect(await ledger.getSources()).toEqual([
      { alias: 'research', lastWebhookAt: T0, lastJobId: null, lastJobAt: null },
    ]);
  });

  it('what is seen later is added, and what is not given is kept', async () => {
    const ledger = await makeLedger();
    await ledger.touchSource('research', { lastWebhookAt: T0 });
    await ledger.touchSource('research', { lastJobId: 'ftjob-1', lastJobAt: T0 + 1, lastWebhookAt: null });
    await ledger.touchSource('research', { lastJobId: 'ftjob-2' });
    expect(await ledger.getSources()).toEqual([
      { alias: 'research', lastWebhookAt: T0, lastJobId: 'ftjob-2', lastJobAt: T0 + 1 },
    ]);
  });

  it('the last job that OpenAI does not have is kept with the source', async () => {
    const ledger = await makeLedger();
    const unknown = { lastUnknownJobId: 'ftjob_abc123', lastUnknownJobAt: T0 };
    await ledger.touchSource('research', unknown);
    await ledger.touchSource('research', { lastWebhookAt: T0 });
    expect(await ledger.getSources()).toEqual([
      { alias: 'research', lastWebhookAt: T0, lastJobId: null, lastJobAt: null, ...unknown },
    ]);
  });

  it('a webhook that comes late does not take the place of a newer one', async () => {
    const ledger = await makeLedger();
    await ledger.touchSource('research', { lastWebhookAt: T0 });
    await ledger.touchSource('research', { lastWebhookAt: T0 - 1 });
    expect((await ledger.getSources())[0]?.lastWebhookAt).toBe(T0);
    await ledger.touchSource('research', { lastWebhookAt: T0 + 1 });
    expect((await ledger.getSources())[0]?.lastWebhookAt).toBe(T0 + 1);
  });

  it('a webhook of the secret before is kept beside the last one, and goes with neither a late one nor a newer', async () => {
    const ledger = await makeLedger();
    await ledger.touchSource('research', { lastWebhookAt: T0, lastUnderPreviousAt: T0 });
    await ledger.touchSource('research', { lastWebhookAt: T0 - 1, lastUnderPreviousAt: T0 - 1 });
    expect(await ledger.getSources()).toMatchObject([{ lastWebhookAt: T0, lastUnderPreviousAt: T0 }]);
    await ledger.touchSource('research', { lastWebhookAt: T0 + 1 });
    expect(await ledger.getSources()).toMatchObject([{ lastWebhookAt: T0 + 1, lastUnderPreviousAt: T0 }]);
  });

  it('touching with nothing to say makes no source', async () => {
    const ledger = await makeLedger();
    await ledger.touchSource('research', {});
    expect(await ledger.getSources()).toEqual([]);
  });

  it('two who touch a source at once lose nothing', async () => {
    const ledger = await makeLedger();
    await Promise.all([
      ledger.touchSource('research', { lastWebhookAt: T0 }),
      ledger.touchSource('research', { lastJobId: 'ftjob-1', lastJobAt: T0 }),
      ledger.touchSource('labs', { lastWebhookAt: T0 + 1 }),
    ]);
    const byAlias = (await ledger.getSources()).toSorted((a, b) => (a.alias < b.alias ? -1 : 1));
    expect(byAlias).toEqual([
      { alias: 'labs', lastWebhookAt: T0 + 1, lastJobId: null, lastJobAt: null },
      { alias: 'research', lastWebhookAt: T0, lastJobId: 'ftjob-1', lastJobAt: T0 },
    ]);
  });

  it('a refused project stays refused until it is pardoned, and its last reason and time count', async () => {
    const ledger = await makeLedger();
    expect(await ledger.refusedProjects()).toEqual([]);
    await ledger.refuseProject({ projectId: 'proj_A', reason: 'archived', retryAt: T0 });
    await ledger.refuseProject({ projectId: 'proj_A', reason: 'unknown', retryAt: T0 + 1 });
    await ledger.refuseProject({ projectId: 'proj_B', reason: '', retryAt: T0 });
    const refused = (await ledger.refusedProjects()).toSorted((a, b) => (a.projectId < b.projectId ? -1 : 1));
    expect(refused).toEqual([
      { projectId: 'proj_A', reason: 'unknown', retryAt: T0 + 1 },
      { projectId: 'proj_B', reason: '', retryAt: T0 },
    ]);
    await ledger.pardonProject('proj_A');
    await ledger.pardonProject('proj_never_refused');
    expect((await ledger.refusedProjects()).map(({ projectId }) => projectId)).toEqual(['proj_B']);
  });
}
