import { OpenAIError, SecretUnusableError } from '../../../core/errors.ts';
import type { Source } from '../../../core/policy/policy.ts';
import { withoutStop } from '../../../core/text/sentence.ts';
import { readState } from '../../change.ts';
import { toIso } from '../answer.ts';
import { projectKeyName } from '../explain-openai.ts';
import { checkKeyKind } from './admin-key.ts';
import { bad, type Check, type Found, good, notice } from './check.ts';
import type { Scene } from './scene.ts';
import { keyProblem } from './to-found.ts';

/** Any would do: OpenAI says of a model that it does not know no more than that. */
export const SOME_MODEL = 'gpt-4o-mini-2024-07-18';

/** Whether a source's project key is there, works, and may do what its jobs and models are read with. No admin calls. */
export function projectKey(source: string): Check {
  return {
    name: `project-key ${source}`,
    async look(scene) {
      const api = scene.deps.sourceApi(source);
      const secretId = scene.deps.secretIds.projectKeys.get(source);
      if (api === undefined || secretId === undefined) {
        return [bad(`The operator function was told of no project key for ${source}.`, 'Deploy the stack again.')];
      }
      const unusable = await attempt(scene, source, async () => {
        checkKeyKind(secretId, await scene.key(secretId), 'project');
        const jobs = await api.canListJobs();
        if (!jobs.ok) throw jobs.error;
      });
      if (unusable !== undefined) return [unusable];
      const working = good(`The project key of ${source} works, and may list fine-tuning jobs.`);
      const unread = await attempt(
        scene,
        source,
        async () => {
          const models = await api.canReadModels(SOME_MODEL);
          if (!models.ok) throw models.error;
        },
        false,
      );
      if (unread === undefined) return [working, good(`The project key of ${source} may read models.`)];
      return [working, { ...unread, message: `${unread.message} Dates of shutdown are not asked for, then.` }];
    },
  };
}

/**
 * Whether the key is of the source's own project, as far as the keys function could tell: a key does not say of which it is, and
 * the jobs of another project would be taken for the source's. No call.
 */
export function keyProject({ alias, id }: Pick<Source, 'alias' | 'id'>): Check {
  return {
    name: `key-project ${alias}`,
    async look({ deps }) {
      const look = (await readState(deps.ledger, 'keyWatch')).looks[id];
      const whose = `Of which project the project key of ${alias} is`;
      if (look === undefined) return [good(`${whose}, is unproven yet: the keys function looks within 15 minutes.`)];
      const asOf = toIso(look.knownAt ?? look.at);
      if (look.isHeldListed === true) return [good(`The project key of ${alias} is one of ${id}, as of ${asOf}.`)];
      const doubt =
        look.isHeldListed === false
          ? `None of the keys that OpenAI lists of ${id} looks like the project key of ${alias} (${asOf})`
          : `${whose}, is unproven: ${withoutStop(look.problem ?? 'OpenAI shows too little of its keys')}`;
      return [
        notice(
          `${doubt}. The jobs of another project, should it be that one's, are shared as those of ${alias}.`,
          `Make sure that ${deps.secretIds.projectKeys.get(alias) ?? 'its secret'} holds a key of ${id}: docs/runbook.md#whose-project-key.`,
        ),
      ];
    },
  };
}

async function attempt(
  { deps }: Scene,
  source: string,
  work: () => Promise<void>,
  isNeeded = true,
): Promise<Found | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof OpenAIError || error instanceof SecretUnusableError)) throw error;
    return keyProblem(projectKeyName(deps, source), error, isNeeded);
  }
}
