import { UncertainError } from '../../core/errors.ts';
import type { KeyFacts, OrganisationProject, ServiceAccount } from '../../core/keys/ports.ts';
import { aliasOf } from '../../core/policy/policy.ts';
import type { ProjectKey } from '../../shared/contract/operator.ts';
import { toIsoOrNull } from '../operate/answer.ts';
import { projectIdsOf } from '../operate/names.ts';
import { BadRequestError } from '../operate/problem.ts';
import { quoted } from '../operate/read-request.ts';
import { endOf, findToDelete, forgetKey, noKey } from './admin-keys.ts';
import {
  calling,
  everyPage,
  type KeysCommand,
  type KeysCommandDeps,
  type KeysDeps,
  noteRemoval,
  tell,
} from './deps.ts';
import { describeKey, heldKeys, refuseInUse } from './held-keys.ts';
import { type KeyCalls, makeKey } from './make-key.ts';

/** `list-project-keys`: one page of 100, which is one admin call. */
export const listProjectKeys: KeysCommand<'list-project-keys'> = async (deps, { project, cursor }) => {
  const projectId = await findProjectId(deps, project);
  const page = await calling(deps, 'project-keys.list', (api) => api.listProjectKeys(projectId, cursor));
  const keys = await describeAll(deps, projectId, page.items);
  return { keys, projectId, project: aliasOf(deps.policy, projectId), cursor: page.next };
};

/** `show-project-key`: one admin call. */
export const showProjectKey: KeysCommand<'show-project-key'> = async (deps, { project, id }) => {
  const projectId = await findProjectId(deps, project);
  const found = await calling(deps, 'project-keys.get', (api) => api.getProjectKey(projectId, id));
  return describeOne(deps, projectId, found);
};

/** `create-project-key`: of a service account, which is made where there is none of that name. */
export const createProjectKey: KeysCommand<'create-project-key'> = async (deps, request) => {
  const { scopes, expiresInSeconds, secret } = request;
  const projectId = await findProjectId(deps, request.project);
  const account = await findAccount(deps, projectId, request.serviceAccount);
  const name = request.name ?? account.name;
  const order = { kind: 'project', name, projectId, serviceAccountId: account.id, scopes, secret } as const;
  const create = () =>
    calling(deps, 'service-accounts.create-key', (api) =>
      api.createProjectKey(projectId, account.id, { name, scopes, expiresInSeconds }),
    );
  const { keyId, secretId, expiresAt } = await makeKey(deps, order, { ...projectKeyCalls(deps, projectId), create });
  return {
    id: keyId,
    name,
    expiresAt: toIsoOrNull(expiresAt ?? endOf(deps, expiresInSeconds)),
    secret: secretId,
    serviceAccount: { id: account.id, name: account.name },
    projectId,
  };
};

/** `delete-project-key`: not one that the system works with. */
export const deleteProjectKey: KeysCommand<'delete-project-key'> = async (deps, { project, id }) => {
  const projectId = await findProjectId(deps, project);
  const found = await findToDelete(deps, projectId, id, () =>
    calling(deps, 'project-keys.get', (api) => api.getProjectKey(projectId, id)),
  );
  refuseInUse(found, await heldKeys(deps, [...deps.secretIds.projectKeys.values()]), 'rotation.projectKeys');
  await noteRemoval(deps, id);
  if ((await projectKeyCalls(deps, projectId).remove(id)) === 'absent') throw noKey(id);
  await forgetKey(deps, projectId, id);
  await tell(deps, 'key-deleted', `project key ${id} of ${projectId}`);
  return { id, deleted: true, projectId };
};

/** How OpenAI is asked about the keys of a project. */
export function projectKeyCalls(
  deps: Pick<KeysDeps, 'api' | 'pacer' | 'secretIds' | 'sleep'>,
  projectId: string,
): Omit<KeyCalls, 'create'> {
  return {
    list: () =>
      everyPage(deps, (after) => calling(deps, 'project-keys.list', (api) => api.listProjectKeys(projectId, after))),
    remove: (keyId) => calling(deps, 'project-keys.delete', (api) => api.deleteProjectKey(projectId, keyId)),
  };
}

/** Nobody documents what tells an organisation's default project; it comes with this name, which may be changed. */
const DEFAULT_NAME = /^default project$/i;

/** Without a name the organisation's default project is meant, as in Terraform's documents. */
export async function findProjectId(deps: KeysCommandDeps, named: string | null): Promise<string> {
  if (named !== null) return projectIdsOf(deps.policy, [named])[0] ?? named;
  const projects = await everyPage(deps, (after) => calling(deps, 'projects.list', (api) => api.listProjects(after)));
  const [first, ...others] = projects.filter(({ name }) => DEFAULT_NAME.test(name));
  if (first !== undefined && others.length === 0) return first.id;
  const choice = (first === undefined ? projects : [first, ...others]).slice(0, 10).map(showProject).join(', ');
  throw new BadRequestError(
    `Which one is the organisation's default project cannot be told; there are ${choice}.`,
    'Name the project that you mean with --project.',
  );
}

function showProject({ id, name }: OrganisationProject): string {
  return `${id} (${JSON.stringify(name.slice(0, 60))})`;
}

/** By id or name. One that was made a moment ago, and whose answer was lost, is found again by its name. */
async function findAccount(deps: KeysCommandDeps, projectId: string, named: string): Promise<ServiceAccount> {
  const list = () =>
    everyPage(deps, (after) =>
      calling(deps, 'service-accounts.list', (api) => api.listServiceAccounts(projectId, after)),
    );
  const pick = (accounts: readonly ServiceAccount[]) => {
    const byId = accounts.find(({ id }) => id === named);
    const byName = accounts.filter(({ name }) => name === named);
    if (byId !== undefined || byName.length <= 1) return byId ?? byName[0];
    throw new BadRequestError(
      `${byName.length} service accounts are called ${quoted(named)}: ${byName.map(({ id }) => id).join(', ')}.`,
      'Name the id of the one that you mean with --service-account.',
    );
  };
  const known = pick(await list());
  const account = known ?? (await makeAccount(deps, projectId, named, async () => pick(await list())));
  // One that was made without a key has no role in the project, and its keys open nothing.
  if (account.role === 'none') {
    await calling(deps, 'service-accounts.update', (api) => api.setRole(projectId, account.id, 'member'));
  }
  return account;
}

async function makeAccount(
  deps: KeysCommandDeps,
  projectId: string,
  name: string,
  look: () => Promise<ServiceAccount | undefined>,
): Promise<ServiceAccount> {
  try {
    return await calling(deps, 'service-accounts.create', (api) => api.createServiceAccount(projectId, name));
  } catch (error) {
    const isLost = error instanceof Error && error.cause instanceof UncertainError;
    const found = isLost ? await look() : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

async function describeAll(
  deps: KeysDeps,
  projectId: string,
  keys: readonly KeyFacts[],
): Promise<readonly ProjectKey[]> {
  const { policy, secretIds, keyLedger } = deps;
  const project = aliasOf(policy, projectId);
  const secretId = project === null ? undefined : secretIds.projectKeys.get(project);
  const [held, records] = await Promise.all([
    heldKeys(deps, secretId === undefined ? [] : [secretId]),
    keyLedger.listKeys(),
  ]);
  return keys.map((key) => {
    const record = records.find(({ keyId }) => keyId === key.id);
    const { type, id, name } = key.owner;
    return {
      ...describeKey(key, held, records),
      projectId,
      project,
      serviceAccount: type === 'service_account' && id !== null ? { id, name: name ?? id } : null,
      scopes: record?.scopes ?? null,
      allRights: record === undefined ? null : record.scopes === null,
    };
  });
}

export async function describeOne(deps: KeysDeps, projectId: string, key: KeyFacts): Promise<ProjectKey> {
  const [described] = await describeAll(deps, projectId, [key]);
  if (described === undefined) throw noKey(key.id);
  return described;
}
