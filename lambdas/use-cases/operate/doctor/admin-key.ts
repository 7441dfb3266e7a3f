import { SecretUnusableError } from '../../../core/errors.ts';
import { type KeyKind, kindOfKey } from '../../../core/secrets/api-key.ts';
import { adminKeyName } from '../explain-openai.ts';
import { type Check, good, notice } from './check.ts';
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

const A_KEY: Readonly<Record<KeyKind, string>> = { admin: 'an admin key', project: 'a project key' };

/**
 * Throws `SecretUnusableError` for one of OpenAI's keys of the other kind. Where keys are used it is sent all the same: at
 * OpenAI it opens nothing, and costs no more than a 401.
 */
export function checkKeyKind(secretId: string, key: string, wanted: KeyKind): KeyKind | null {
  const kind = kindOfKey(key);
  if (kind === null || kind === wanted) return kind;
  throw new SecretUnusableError(secretId, `holds ${A_KEY[kind]} where ${A_KEY[wanted]} is to be`);
}
