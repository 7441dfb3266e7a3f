import { findProject } from '../../core/policy/policy.ts';
import type { ProjectProbes } from '../../core/ports/openai.ts';
import { isNamed } from '../../core/secrets/store.ts';
import { calling } from '../keys/deps.ts';
import { projectKeyCalls } from '../keys/project-keys.ts';
import { capital } from '../operate/explain-openai.ts';
import { type Rotation, RotationRefusedError } from './rotate.ts';
import { createKeyRotation, type RotateKeyDeps } from './rotate-key.ts';

export interface RotateProjectKeyDeps extends RotateKeyDeps {
  readonly probesWith: (value: string) => Pick<ProjectProbes, 'canListJobs'>;
}

/** The project keys of the sources: a new one on the same service account, with the old one's scopes. */
export function projectKeyRotation(deps: RotateProjectKeyDeps): Rotation {
  const { policy, secretIds, probesWith } = deps;
  const ids = secretIds.projectKeys;

  return createKeyRotation(deps, [...ids.values()], (secret) => {
    const [alias = ''] = [...ids].find(([, id]) => isNamed(secret, id)) ?? [];
    const projectId = findProject(policy, alias)?.id;
    if (projectId === undefined) throw new RotationRefusedError(`The policy has no source ${alias}: deploy again`);
    const what = `the project key of ${alias}`;
    return {
      what,
      calls: projectKeyCalls(deps, projectId),
      takesOver: false,
      probe: (value) => probesWith(value).canListJobs(),
      create: ({ serviceAccountId, ...order }) =>
        calling(deps, 'service-accounts.create-key', (api) =>
          api.createProjectKey(projectId, serviceAccountId ?? '', order),
        ),
      async order(present, records) {
        const { type, id } = present.owner;
        if (type !== 'service_account' || id === null) {
          throw new RotationRefusedError(
            `${capital(what)} is not rotated: the key ${present.id} belongs to a person. Make one on a service account with "ckpt project-keys create --project ${alias}", and put it in its place`,
          );
        }
        const record = records.find(({ keyId }) => keyId === present.id);
        if (record === undefined) {
          throw new RotationRefusedError(
            `${capital(what)} is not rotated: the key ${present.id} was not made here, and OpenAI does not say what it may do. Say so with "ckpt project-keys update ${present.id} --project ${alias} --scopes …"`,
          );
        }
        return { kind: 'project', projectId, serviceAccountId: id, scopes: record.scopes };
      },
    };
  });
}
