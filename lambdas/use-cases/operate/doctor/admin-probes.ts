import {
  ForbiddenError,
  MissingScopeError,
  NotFoundError,
  type OpenAIError,
  RefusedError,
  SecretUnusableError,
  ThrottledError,
} from '../../../core/errors.ts';
import { ADMIN_SCOPES } from '../../../core/model/admin-scopes.ts';
import type { AdminCall } from '../../../core/pacing/endpoints.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { AdminProbes, Probe } from '../../../core/ports/openai.ts';
import { adminKeyName } from '../explain-openai.ts';
import { createPaced } from '../paced.ts';
import { readAdminKey } from './admin-key.ts';
import { type Check, type Found, good, notice } from './check.ts';
import type { Scene } from './scene.ts';
import { keyProblem } from './to-found.ts';

/** One thing that the admin key is to be allowed. */
interface Right {
  /** Second word of the check's name. */
  readonly name: string;
  /** Follows "The admin key may". */
  readonly what: string;
  readonly call: AdminCall;
  readonly probe: (admin: AdminProbes, policy: Policy) => Promise<Probe>;
  readonly isNeeded: (policy: Policy) => boolean;
  /** Why it is not probed at all, a whole sentence; null = it is. */
  readonly idle?: (policy: Policy) => string | null;
  /** How to mend it where OpenAI knows the key and refuses this; left out: as its words suggest. */
  readonly mend?: string;
}

const RIGHTS: readonly Right[] = [
  {
    name: 'list',
    what: 'list permissions',
    call: 'list',
    probe: (admin) => admin.canListPermissions(),
    isNeeded: () => true,
  },
  {
    name: 'write',
    what: 'grant and revoke permissions',
    call: 'delete',
    probe: (admin) => admin.canWritePermissions(),
    isNeeded: () => true,
  },
  {
    name: 'audit-log',
    what: 'read the audit log',
    call: 'audit',
    probe: (admin) => admin.canReadAuditLog(),
    isNeeded: ({ reconcile }) => reconcile.auditLog === 'required',
    idle: ({ reconcile }) =>
      reconcile.auditLog === 'off' ? 'The audit log is not read: sharing.yaml says off.' : null,
    mend:
      "Switch the audit log on in the organisation's data controls at OpenAI, and let the admin key read it " +
      `(${ADMIN_SCOPES.audit.scope}); or say auditLog: off in sharing.yaml.`,
  },
  {
    name: 'model-permissions',
    what: 'read which models a project may use',
    call: 'model-permissions',
    probe: (admin, { projects }) => admin.canReadModelPermissions(projects[0]?.id ?? 'proj_none'),
    isNeeded: () => false,
  },
];

/** What the admin key may do; each costs one admin call, without effect. */
export const adminProbes: readonly Check[] = RIGHTS.map((right) => ({
  name: `admin-key ${right.name}`,
  look: async (scene) => [await look(scene, right)],
}));

async function look(scene: Scene, right: Right): Promise<Found> {
  const { deps, adminTurns } = scene;
  const idle = right.idle?.(deps.policy) ?? null;
  if (idle !== null) return good(idle);
  try {
    await readAdminKey(scene);
  } catch (error) {
    if (!(error instanceof SecretUnusableError)) throw error;
    return notTried(right, 'the admin key cannot be used');
  }
  const paced = createPaced(deps);
  const result = await adminTurns(() =>
    paced(right.call, 'repair', async () => throttled(await right.probe(deps.admin, deps.policy))),
  );
  if (result === 'skipped') return notTried(right, 'the call before it has failed');
  return result.ok ? good(`The admin key may ${right.what}.`) : mayNot(scene, right, result.error);
}

/** The pacer has to hear of a 429, and it is no answer to what was asked. */
function throttled(probe: Probe): Probe {
  if (!probe.ok && probe.error instanceof ThrottledError) throw probe.error;
  return probe;
}

function mayNot({ deps }: Scene, { isNeeded, what, call, mend }: Right, error: OpenAIError): Found {
  const needed = isNeeded(deps.policy);
  const problem = keyProblem(adminKeyName(deps), error, needed);
  if (problem === undefined) throw error;
  const isRefused = REFUSALS.some((kind) => error instanceof kind);
  const extent = isRefused || !needed ? ` ${ADMIN_SCOPES[call].without}` : '';
  const message = `Trying to ${what}: ${problem.message}${extent}`;
  return { ...problem, message, mend: isRefused && mend !== undefined ? mend : problem.mend };
}

/** OpenAI knows the key, and does not let it do this. */
const REFUSALS = [MissingScopeError, ForbiddenError, NotFoundError, RefusedError] as const;

function notTried({ what }: Right, why: string): Found {
  return notice(`Whether the admin key may ${what} was not tried, because ${why}.`, null);
}
