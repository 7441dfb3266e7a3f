import { describe, expect, it } from 'vitest';
import type { ConnectedIdentities, ConnectedIdentity } from '../../lambdas/core/identity/ports.ts';

const research: ConnectedIdentity = {
  source: 'research',
  projectId: 'proj_RESEARCH',
  version: 0,
  identityProviderId: 'idp_1',
  serviceAccountId: 'user-1',
  rules: { observe: 'rule_1' },
};

/** What every store of the identities of sources keeps to. */
export function identitiesContract(create: () => Promise<ConnectedIdentities>): void {
  describe('the identities of sources', () => {
    it('are given back as they were stored, as the next version, and forgotten when they are deleted', async () => {
      const identities = await create();
      expect(await identities.get('research')).toBeUndefined();
      expect(await identities.save(research)).toBe(true);
      expect(await identities.get('research')).toEqual({ ...research, version: 1 });
      expect(await identities.get('lab')).toBeUndefined();
      expect(await identities.save({ ...research, version: 1, rules: {} })).toBe(true);
      expect(await identities.get('research')).toEqual({ ...research, version: 2, rules: {} });
      const lab = { ...research, source: 'lab' };
      await identities.save(lab);
      expect(await identities.list()).toEqual([
        { ...lab, version: 1 },
        { ...research, version: 2, rules: {} },
      ]);
      await identities.delete('research');
      await identities.delete('research');
      expect(await identities.list()).toEqual([{ ...lab, version: 1 }]);
      expect(await identities.get('research')).toBeUndefined();
    });

    it('take no write that was decided on another version', async () => {
      const identities = await create();
      await identities.save(research);
      expect(await identities.save({ ...research, serviceAccountId: 'user-2' })).toBe(false);
      expect(await identities.save({ ...research, version: 2 })).toBe(false);
      expect(await identities.get('research')).toEqual({ ...research, version: 1 });
    });
  });
}
