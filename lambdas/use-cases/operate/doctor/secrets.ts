import { sourcesOf } from '../../../core/policy/policy.ts';
import type { SecretIds } from '../deps.ts';
import { bad, type Check, type Found, good } from './check.ts';
import type { Scene } from './scene.ts';

/** Whether every key has a secret of its own, and every source a key of its own. */
export const secrets: Check = {
  name: 'secrets',
  async look(scene) {
    const found = [...sharedSecrets(scene.deps.secretIds), ...(await sharedKeys(scene))];
    return found.length > 0 ? found : [good('Every key has a secret of its own.')];
  },
};

/** Two keys cannot be in one secret: whichever is put in last is the only one. */
export function sharedSecrets({ adminKey, projectKeys, webhookSecrets }: SecretIds): readonly Found[] {
  const named: readonly (readonly [name: string, secretId: string])[] = [
    ['the admin key', adminKey],
    ...[...projectKeys].map(([source, id]) => [`the project key of ${source}`, id] as const),
    ...[...webhookSecrets].map(([source, id]) => [`the webhook secret of ${source}`, id] as const),
  ];
  return [...Map.groupBy(named, ([, secretId]) => secretId)].flatMap(([secretId, group]) => {
    if (group.length < 2) return [];
    const names = group.map(([name]) => name).join(' and ');
    return [
      bad(`One secret is to hold ${names}: ${secretId}.`, 'Give each a secret of its own in sharing.yaml, and deploy.'),
    ];
  });
}

/** A key knows the jobs of its own project only: those of the other source would be taken for this one's. */
async function sharedKeys({ deps, key: keyIn }: Scene): Promise<readonly Found[]> {
  const { policy, secretIds } = deps;
  const owners = sourcesOf(policy).flatMap(({ alias }) => {
    const secretId = secretIds.projectKeys.get(alias);
    return secretId === undefined ? [] : [{ alias, secretId }];
  });
  const read = await Promise.all(
    // What is wrong with a secret is told by the check of that key.
    owners.map(async (owner) => ({ ...owner, key: await keyIn(owner.secretId).catch(() => null) })),
  );
  const readable = read.filter(({ key }) => key !== null);
  return [...Map.groupBy(readable, ({ key }) => key).values()].flatMap((group) => {
    if (new Set(group.map(({ secretId }) => secretId)).size < 2) return [];
    const aliases = group.map(({ alias }) => alias).join(' and ');
    return [
      bad(`The secrets of ${aliases} hold the same project key.`, 'Put a key of its own project into each of them.'),
    ];
  });
}
