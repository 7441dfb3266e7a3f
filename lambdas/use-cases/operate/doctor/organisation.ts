import {
  type ForbiddenError,
  IS_IT_OURS,
  NotFoundError,
  OpenAIError,
  SecretUnusableError,
} from '../../../core/errors.ts';
import { ADMIN_SCOPES } from '../../../core/model/admin-scopes.ts';
import { isKeyDoubted } from '../../../core/pacing/key-standing.ts';
import { tellingProjects } from '../../../core/policy/policy.ts';
import type { Probe } from '../../../core/ports/openai.ts';
import { askForProjects } from '../../ask-for-projects.ts';
import { readState } from '../../change.ts';
import { adminKeyName } from '../explain-openai.ts';
import { createPaced } from '../paced.ts';
import { readAdminKey } from './admin-key.ts';
import { bad, type Check, type Found, good, notice } from './check.ts';
import type { Scene } from './scene.ts';
import { keyProblem } from './to-found.ts';

/** Whether the admin key is of the organisation whose projects the policy names. Costs an admin call, mostly one. */
export const organisation: Check = {
  name: 'admin-key organisation',
  async look(scene) {
    const { deps, adminTurns } = scene;
    const asked = tellingProjects(deps.policy);
    if (asked.length === 0)
      return [good('The policy names no project, so that the admin key may be of any organisation.')];
    try {
      await readAdminKey(scene);
    } catch (error) {
      if (!(error instanceof SecretUnusableError)) throw error;
      return [notTried('the admin key cannot be used')];
    }
    const paced = createPaced(deps);
    let walk: Walk = NOBODY;
    const probe = await adminTurns(async (): Promise<Probe> => {
      try {
        walk = await askForProjects(asked, (id) => paced('project', 'repair', () => deps.admin.hasProject(id)));
        return { ok: true };
      } catch (error) {
        if (!(error instanceof OpenAIError)) throw error;
        return { ok: false, error };
      }
    });
    if (probe === 'skipped') return [notTried('the call before it has failed')];
    if (walk.known !== null) return [good(`The admin key is of the organisation that has ${walk.known}.`)];
    if (isKeyDoubted(await readState(deps.ledger, 'rests'))) return [doubted(asked)];
    if (!probe.ok) return [cannotTell(scene, probe.error)];
    return [walk.forbidden === null ? isForeign(scene, asked) : forbidden(asked, walk.forbidden)];
  },
};

type Walk = Awaited<ReturnType<typeof askForProjects>>;

const NOBODY: Walk = { known: null, forbidden: null };

function isForeign({ deps }: Scene, asked: readonly string[]): Found {
  return bad(
    `The admin key is of another organisation: it has none of the projects of sharing.yaml (${asked.join(', ')}).`,
    `Put an admin key of the organisation that has them into ${deps.secretIds.adminKey}; if it is the right one, check openai.baseUrl and what answers there. What OpenAI does not show to this one is kept as it is.`,
  );
}

/** The share function was refused several in a row, and nothing that it did has shown whose key it is. */
function doubted(asked: readonly string[]): Found {
  return bad(
    `OpenAI refuses what the admin key is used for, and nothing shows that it is of this organisation: it may look at none of the projects of sharing.yaml (${asked.join(', ')}).`,
    `${IS_IT_OURS} Nothing is rejected before that is told; a key with the scope ${ADMIN_SCOPES.project.scope} can be told at once.`,
  );
}

function forbidden(asked: readonly string[], { message }: ForbiddenError): Found {
  return notice(
    `The admin key may look at none of the projects of sharing.yaml (${asked.join(', ')}): ${message.replace(/\.?$/, '.')} ${ADMIN_SCOPES.project.without}`,
    IS_IT_OURS,
  );
}

/** A gateway may have no such endpoint, and the key need not be allowed to ask. */
function cannotTell({ deps }: Scene, error: OpenAIError): Found {
  const problem = keyProblem(adminKeyName(deps), error, false);
  if (problem === undefined && !(error instanceof NotFoundError)) throw error;
  const message = `Trying to tell whose key it is: ${problem?.message ?? error.message} ${ADMIN_SCOPES.project.without}`;
  return notice(message, problem?.mend ?? null);
}

function notTried(why: string): Found {
  return notice(`Whether the admin key is of the right organisation was not tried, because ${why}.`, null);
}
