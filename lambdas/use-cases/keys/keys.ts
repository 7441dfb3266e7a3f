import type { KeysCommandName, OperatorAnswer } from '../../shared/contract/operator.ts';
import { createDispatcher } from '../operate/dispatch.ts';
import { createAdminKey, deleteAdminKey, listAdminKeys, showAdminKey } from './admin-keys.ts';
import { checkKeys } from './check-keys.ts';
import type { KeysCommand, KeysDeps } from './deps.ts';
import { createProjectKey, deleteProjectKey, listProjectKeys, showProjectKey } from './project-keys.ts';
import { connectSource, disconnectSource, testSource } from './sources.ts';
import { updateProjectKey } from './update-project-key.ts';

const COMMANDS: { readonly [Name in KeysCommandName]: KeysCommand<Name> } = {
  'list-admin-keys': listAdminKeys,
  'show-admin-key': showAdminKey,
  'create-admin-key': createAdminKey,
  'delete-admin-key': deleteAdminKey,
  'list-project-keys': listProjectKeys,
  'show-project-key': showProjectKey,
  'create-project-key': createProjectKey,
  'update-project-key': updateProjectKey,
  'delete-project-key': deleteProjectKey,
  'connect-source': connectSource,
  'test-source': testSource,
  'disconnect-source': disconnectSource,
  'check-keys': checkKeys,
};

/** Carries out what a person asks of the keys function. */
export function createKeys(deps: KeysDeps): (payload: unknown, requestId: string) => Promise<OperatorAnswer> {
  return createDispatcher('keys', COMMANDS, deps);
}
