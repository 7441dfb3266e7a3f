import type { KeysCommandName } from '../../lambdas/shared/contract/operator.ts';
import type { StackAtWork } from './stack-at-work.ts';

const PROJECT = { project: 'research' } as const;
const NEVER = { expiresInSeconds: null } as const;

/**
 * Every command of the keys function, tried in each way in which it comes to touch something of AWS, and in an order in which
 * each finds something to do. A command that is not here does not compile.
 */
export const KEYS: { readonly [Name in KeysCommandName]: (stack: StackAtWork) => Promise<unknown> } = {
  /** Into a secret that is made, and into one that is there and whose key is gone. */
  async 'create-admin-key'(stack) {
    const order = { command: 'create-admin-key', ...NEVER, secret: 'spare' } as const;
    const { id } = await stack.keys({ ...order, name: 'first' });
    await stack.keys({ command: 'delete-admin-key', id });
    await stack.keys({ ...order, name: 'second' });
  },
  'list-admin-keys': (stack) => stack.keys({ command: 'list-admin-keys', cursor: null }),
  'show-admin-key': (stack) => stack.keys({ command: 'show-admin-key', id: keyNamed(stack, null, 'second') }),
  'delete-admin-key': (stack) => stack.keys({ command: 'delete-admin-key', id: keyNamed(stack, null, 'second') }),
  /** By name, and into the secret of a source, whose key is gone. */
  async 'create-project-key'(stack) {
    const order = { command: 'create-project-key', ...PROJECT, serviceAccount: 'ci', ...NEVER, scopes: null } as const;
    await stack.keys({ ...order, name: 'by name', secret: 'ci' });
    stack.fake.revokeKey(stack.aws.account.secrets.get(stack.projectKeySecret) ?? '');
    await stack.keys({ ...order, name: 'of the source', secret: stack.projectKeySecret });
  },
  'list-project-keys': (stack) => stack.keys({ command: 'list-project-keys', ...PROJECT, cursor: null }),
  'show-project-key': (stack) => stack.keys({ command: 'show-project-key', ...PROJECT, id: theOther(stack) }),
  'update-project-key': (stack) => {
    const scopes = ['api.all.read'];
    return stack.keys({ command: 'update-project-key', ...PROJECT, id: theOther(stack), scopes, ...NEVER });
  },
  'delete-project-key': (stack) => stack.keys({ command: 'delete-project-key', ...PROJECT, id: theOther(stack) }),
  /** Of one that was read without a stored key before; again, it changes nothing. */
  async 'connect-source'(stack) {
    const identity = { source: 'research', projectId: 'proj_RESEARCH', version: 0, rules: {} };
    await stack.wasKeyless({ ...identity, identityProviderId: 'idp_gone', serviceAccountId: 'user-gone' });
    await stack.keys({ command: 'connect-source', source: 'research' });
    await stack.keys({ command: 'connect-source', source: 'research' });
  },
  'test-source': (stack) => {
    return stack.keys({ command: 'test-source', source: 'research', since: '2026-11-20T12:00:00Z' });
  },
  'disconnect-source': (stack) => stack.keys({ command: 'disconnect-source', source: 'research' }),
  /** What is in use, and what is not yet. */
  async 'check-keys'(stack) {
    await stack.keys({ command: 'check-keys', version: null });
    await stack.keys({ command: 'check-keys', version: 'candidate' }).catch(() => undefined);
  },
};

function theOther(stack: StackAtWork): string {
  return keyNamed(stack, 'proj_RESEARCH', 'by name');
}

function keyNamed({ fake }: StackAtWork, projectId: string | null, wanted: string): string {
  return fake.keysOf(projectId).find(({ name }) => name === wanted)?.id ?? '';
}
