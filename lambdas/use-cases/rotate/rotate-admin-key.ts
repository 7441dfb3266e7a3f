import { ForbiddenError, MissingScopeError, type OpenAIError } from '../../core/errors.ts';
import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import type { AdminProbes, Probe } from '../../core/ports/openai.ts';
import { adminKeyCalls } from '../keys/admin-keys.ts';
import { calling } from '../keys/deps.ts';
import { inSlot } from '../operate/paced.ts';
import { type Rotation, RotationRefusedError } from './rotate.ts';
import { createKeyRotation, type RotateKeyDeps, throttled } from './rotate-key.ts';

export interface RotateAdminKeyDeps extends RotateKeyDeps {
  /** With the admin key that is in use. */
  readonly probes: AdminProbes;
  readonly probesWith: (value: string) => Pick<AdminProbes, 'canListPermissions'>;
}

/** The pacer's name of an endpoint that nothing else asks. */
const COSTS = 'costs.list';

/** The organisation's admin key. OpenAI gives a new one all rights: whether the present one has them is looked at before. */
export function adminKeyRotation(deps: RotateAdminKeyDeps): Rotation {
  const { policy, secretIds, pacer, probes, probesWith } = deps;
  const paced = (endpoint: string, probe: () => Promise<Probe>) =>
    inSlot(pacer, endpoint, 'repair', async () => throttled(await probe()));

  return createKeyRotation(deps, [secretIds.adminKey], () => ({
    what: 'the admin key',
    calls: adminKeyCalls(deps),
    takesOver: true,
    create: (order) => calling(deps, 'admin-keys.create', (api) => api.createAdminKey(order)),
    probe: (value) => paced(ENDPOINT_OF.list, () => probesWith(value).canListPermissions()),
    async order() {
      if (!policy.rotation.allowWiderAdminKey) await expectFull();
      return { kind: 'admin', projectId: null, serviceAccountId: null, scopes: null };
    },
  }));

  /** Throws where it lacks a right, and where nobody can say. */
  async function expectFull(): Promise<void> {
    const looks: readonly (readonly [string, () => Promise<Probe>])[] = [
      [ENDPOINT_OF.list, () => probes.canListPermissions()],
      [ENDPOINT_OF.delete, () => probes.canWritePermissions()],
      [ENDPOINT_OF.audit, () => probes.canReadAuditLog()],
      [ENDPOINT_OF['model-permissions'], () => probes.canReadModelPermissions(policy.projects[0]?.id ?? 'proj_none')],
      [COSTS, () => probes.canReadCosts()],
    ];
    for (const [endpoint, look] of looks) {
      const found = await paced(endpoint, look);
      if (found.ok) continue;
      const { error } = found;
      // These may be refused to every key: an organisation has to switch the audit log on.
      const isToAll = endpoint === ENDPOINT_OF.audit || endpoint === COSTS;
      if (error instanceof MissingScopeError || (error instanceof ForbiddenError && !isToAll)) throw refusal(error);
      if (!isToAll || error.status === null || error.status >= 500) throw error;
    }
  }
}

function refusal(error: OpenAIError): RotationRefusedError {
  return new RotationRefusedError(
    `The admin key is not rotated: it has not all rights (${error.message}), and OpenAI gives a new one all of them. Set rotation.allowWiderAdminKey in sharing.yaml if it may have them, or put a new key with the same rights into its secret by hand`,
    { cause: error },
  );
}
