import { NotFoundError, OpenAIError, SecretUnusableError } from '../../../core/errors.ts';
import { ADMIN_SCOPES } from '../../../core/model/admin-scopes.ts';
import type { Probe } from '../../../core/openai-ports.ts';
import { tellingProjects } from '../../../core/policy/policy.ts';
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
    let known: string | null = null;
    const probe = await adminTurns(async () => {
      const result = await findFirst(scene, asked);
      known = result.known;
      return result.probe;
    });
    if (probe === 'skipped') return [notTried('the call before it has failed')];
    return [probe.ok ? judge(scene, asked, known) : cannotTell(scene, probe.error)];
  },
};

async function findFirst({ deps }: Scene, asked: readonly string[]): Promise<{ probe: Probe; known: string | null }> {
  const paced = createPaced(deps);
  try {
    for (const id of asked) {
      if (await paced('project', 'repair', () => deps.admin.hasProject(id))) return { probe: { ok: true }, known: id };
    }
    return { probe: { ok: true }, known: null };
  } catch (error) {
    if (!(error instanceof OpenAIError)) throw error;
    return { probe: { ok: false, error }, known: null };
  }
}

function judge({ deps }: Scene, asked: readonly string[], known: string | null): Found {
  if (known !== null) return good(`The admin key is of the organisation that has ${known}.`);
  return bad(
    `The admin key is of another organisation: it has none of the projects of sharing.yaml (${asked.join(', ')}).`,
    `Put an admin key of the organisation that has them into ${deps.secretIds.adminKey}. What OpenAI does not show to this one is kept as it is.`,
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
