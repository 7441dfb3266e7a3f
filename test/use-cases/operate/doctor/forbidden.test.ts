import { describe, expect, it } from 'vitest';
import { judgeForbidden } from '../../../../lambdas/use-cases/operate/doctor/judge-permissions.ts';
import { aPermission, aRecord, NOW } from '../ask.ts';

const MINUTE = 60_000;
const refused = (at: number) =>
  aRecord([aPermission('proj_EU', 'rejected', { failing: 'forbidden', askedAt: at, reason: 'This model is blocked' })]);
const shared = (at: number) => aRecord([aPermission('proj_EU', 'active', { sharedAt: at })]);

describe('checkpoints that OpenAI forbids', () => {
  it('are none where rows are rejected for other reasons', () => {
    const other = aRecord([aPermission('proj_EU', 'rejected', { askedAt: NOW })]);
    expect(judgeForbidden([other, shared(NOW)])).toEqual([]);
  });

  it('are theirs alone while others are taken', () => {
    const records = [refused(NOW), refused(NOW + MINUTE), shared(NOW + MINUTE)];
    expect(judgeForbidden(records)[0]).toMatchObject({
      state: 'notice',
      message: 'OpenAI forbids 2 checkpoints to be shared (403), and takes others.',
    });
    expect(judgeForbidden([refused(NOW)])[0]?.message).toContain('one checkpoint');
  });

  it('may be a matter of the key or the organisation where none is taken', () => {
    expect(judgeForbidden([shared(NOW - MINUTE), refused(NOW), refused(NOW + MINUTE)])[0]).toMatchObject({
      state: 'notice',
      message: `OpenAI forbids 2 checkpoints to be shared (403), and has taken none since ${new Date(NOW).toISOString()}.`,
      mend: expect.stringContaining('the key or a setting of the organisation'),
    });
  });
});
