import type { KeyKind } from '../../../core/secrets/api-key.ts';
import { adminKeyName } from '../explain-openai.ts';
import { type Check, good, notice } from './check.ts';
import { checkKeyKind } from './key-kind.ts';
import type { Scene } from './scene.ts';
import { keyProblem } from './to-found.ts';

/** Whether the admin key's secret is there and holds something that can be one. Costs no call. */
export const adminKey: Check = {
  name: 'admin-key',
  async look(scene) {
    const { secretIds, policy } = scene.deps;
    try {
      const kind = await readAdminKey(scene);
      if (kind === 'admin' || new URL(policy.openai.baseUrl).host !== 'api.openai.com') {
        return [good(`The secret ${secretIds.adminKey} holds a key.`)];
      }
      return [
        notice(
          'The admin key does not begin with sk-admin-, as those of OpenAI do.',
          `If the checks of what it may do fail, make an admin key in the organisation's settings at OpenAI and put it into ${secretIds.adminKey}.`,
        ),
      ];
    } catch (error) {
      const problem = keyProblem(adminKeyName(scene.deps), error);
      if (problem === undefined) throw error;
      return [problem];
    }
  },
};

/** Throws `SecretUnusableError` where no call is worth making with it. */
export async function readAdminKey({ deps, key }: Scene): Promise<KeyKind | null> {
  const { adminKey: secretId } = deps.secretIds;
  return checkKeyKind(secretId, await key(secretId), 'admin');
}
