import type { KeyFacts } from '../../core/keys/ports.ts';
import { isRedactedOf } from '../../core/keys/redacted.ts';
import { type KeyKind, kindOfKey } from '../../core/secrets/api-key.ts';
import { isSameSecret, type StoredSecret } from '../../core/secrets/store.ts';
import { keySecretName } from '../../shared/contract/names.ts';
import { BadRequestError } from '../operate/problem.ts';
import { quoted } from '../operate/read-request.ts';
import type { KeysDeps } from './deps.ts';

type Deps = Pick<KeysDeps, 'store' | 'stackName' | 'secretIds'>;

/** What the name of a secret may have; 512 characters at most. */
const NAME = /^[A-Za-z0-9/_+=.@-]{1,400}$/;

/**
 * The secret that a new key's value goes into: `NAME` stands for STACK/keys/NAME, which is made where it is missing, an ARN
 * for itself; without either the key's name is the secret's. Throws `BadRequestError` for one that may not be written, or that
 * holds another key in use, of which `listed` are those that OpenAI has.
 */
export async function targetSecret(
  deps: Deps,
  asked: string | null,
  keyName: string,
  kind: KeyKind,
  listed: readonly KeyFacts[],
): Promise<string> {
  const { store } = deps;
  if (asked?.startsWith('arn:')) {
    // Of another one the function may not even learn whether it is there.
    if (isSameSecret(asked, deps.secretIds.adminKey)) throw worksWith(asked);
    if (!isOurs(deps, asked)) throw mayNotWrite(deps, asked);
    const there = await store.describe(asked);
    if (there === undefined) {
      throw new BadRequestError(`There is no secret ${quoted(asked)}.`, 'Check its ARN, account and region.');
    }
    await refuseHeld(deps, there, kind, listed);
    return there.arn;
  }
  const name = keySecretName(deps.stackName, asked ?? keyName.replace(/[^A-Za-z0-9/_+=.@-]+/g, '-'));
  if (asked !== null && !NAME.test(asked)) {
    throw new BadRequestError(
      `${quoted(asked)} is no name of a secret.`,
      'Write letters, digits and any of / _ + = . @ -, or the ARN of a secret.',
    );
  }
  const there = await store.describe(name);
  if (there !== undefined) await refuseHeld(deps, there, kind, listed);
  return there?.arn ?? store.create(name, `Checkpoint Sharing: ${kind} key of OpenAI`);
}

/** A source's, or one under STACK/keys/: the part of an ARN after `secret:` is the name. */
function isOurs({ stackName, secretIds }: Deps, arn: string): boolean {
  const isKnown = [...secretIds.projectKeys.values()].some((id) => isSameSecret(id, arn));
  return isKnown || (arn.split(':')[6] ?? '').startsWith(keySecretName(stackName, ''));
}

/** A secret that holds a key which OpenAI still has is somebody's; what holds a deleted one, or nothing, may be written. */
async function refuseHeld(
  { store }: Deps,
  { arn }: StoredSecret,
  kind: KeyKind,
  listed: readonly KeyFacts[],
): Promise<void> {
  const value = await store.read(arn, { stage: 'AWSCURRENT' });
  if (value === null) return;
  const holder = listed.find(({ redactedValue }) => isRedactedOf(redactedValue, value) !== false);
  const isOther = (kindOfKey(value) ?? kind) !== kind;
  if (holder === undefined && !isOther) return;
  const what = holder === undefined ? 'a key of another kind' : `the key ${holder.id}`;
  throw new BadRequestError(
    `The secret ${arn} holds ${what}, which may be in use; nothing was made.`,
    'Name another secret with --secret, or delete that key first.',
  );
}

/** Whatever it holds: the next call of everything that shares would be made with the new key. */
function worksWith(asked: string): BadRequestError {
  return new BadRequestError(
    `${quoted(asked)} is the secret of the admin key that this system works with; nothing was made.`,
    'Name another secret with --secret, or have that key rotated (rotation.adminKey in sharing.yaml).',
  );
}

function mayNotWrite({ stackName }: Deps, asked: string): BadRequestError {
  return new BadRequestError(
    `${quoted(asked)} is no secret that this stack may write; nothing was made.`,
    `It writes those of the project keys in sharing.yaml, and those under ${keySecretName(stackName, '')}.`,
  );
}
