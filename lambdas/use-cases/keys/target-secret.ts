import type { KeyFacts } from '../../core/keys/ports.ts';
import { isRedactedOf } from '../../core/keys/redacted.ts';
import { findProject, type Project } from '../../core/policy/policy.ts';
import { type KeyKind, kindOfKey } from '../../core/secrets/api-key.ts';
import { isSameSecret, type StoredSecret } from '../../core/secrets/store.ts';
import { keySecretName } from '../../shared/contract/names.ts';
import { BadRequestError } from '../operate/problem.ts';
import { quoted } from '../operate/read-request.ts';
import type { KeysDeps } from './deps.ts';

type Reach = Pick<KeysDeps, 'stackName' | 'secretIds' | 'policy'>;
type Deps = Reach & Pick<KeysDeps, 'store' | 'keyLedger'>;

/** What is to go into the secret. */
interface Order {
  /** As it was asked for; null = by the key's name. */
  readonly secret: string | null;
  readonly name: string;
  readonly kind: KeyKind;
  /** `proj_…`; null for an admin key. */
  readonly projectId: string | null;
}

/** What the name of a secret may have; 512 characters at most. */
const NAME = /^[A-Za-z0-9/_+=.@-]{1,400}$/;

/**
 * The secret that a new key's value goes into: `NAME` stands for STACK/keys/NAME, which is made where it is missing, an ARN
 * for itself; without either the key's name is the secret's. Throws `BadRequestError` for one that may not be written, or that
 * holds another key in use, of which `listed` are those that OpenAI has.
 */
export async function targetSecret(deps: Deps, order: Order, listed: readonly KeyFacts[]): Promise<string> {
  const { store } = deps;
  const { secret: asked, name: keyName, kind } = order;
  if (asked?.startsWith('arn:')) {
    // Of another one the function may not even learn whether it is there.
    if (isSameSecret(asked, deps.secretIds.adminKey)) throw worksWith(asked);
    if (!isOurs(deps, asked)) throw mayNotWrite(deps, asked);
    const source = sourceWith(deps, asked);
    if (source !== undefined && source.id !== order.projectId) throw isOfSource(asked, source.alias);
    const there = await store.describe(asked);
    if (there === undefined) {
      throw new BadRequestError(`There is no secret ${quoted(asked)}.`, 'Check its ARN, account and region.');
    }
    await refuseHeld(deps, there, order, listed);
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
  if (there !== undefined) await refuseHeld(deps, there, order, listed);
  return there?.arn ?? store.create(name, `Checkpoint Sharing: ${kind} key of OpenAI`);
}

/** A source's, or one under STACK/keys/: the part of an ARN after `secret:` is the name. */
function isOurs(deps: Reach, arn: string): boolean {
  const { stackName } = deps;
  return sourceWith(deps, arn) !== undefined || (arn.split(':')[6] ?? '').startsWith(keySecretName(stackName, ''));
}

/** Whether the function may look at it: the admin key's, or one that it may write. */
export function mayReach(deps: Reach, arn: string): boolean {
  return isSameSecret(arn, deps.secretIds.adminKey) || isOurs(deps, arn);
}

/** The source whose project key is in this secret. */
function sourceWith({ policy, secretIds }: Reach, arn: string): Project | undefined {
  const [alias] = [...secretIds.projectKeys].find(([, id]) => isSameSecret(id, arn)) ?? [];
  return alias === undefined ? undefined : findProject(policy, alias);
}

/**
 * A secret that holds a key which OpenAI still has is somebody's; what holds a deleted one, or nothing, may be written. `listed`
 * tells of one project alone: of another one's keys only what is known here tells.
 */
async function refuseHeld(
  { store, keyLedger }: Deps,
  { arn }: StoredSecret,
  { kind, projectId }: Order,
  listed: readonly KeyFacts[],
): Promise<void> {
  const value = await store.read(arn, { stage: 'AWSCURRENT' });
  if (value === null) return;
  const holder = listed.find(({ redactedValue }) => isRedactedOf(redactedValue, value) !== false);
  const isOther = (kindOfKey(value) ?? kind) !== kind;
  const ofAnother = (await keyLedger.listKeys()).find(
    (record) => record.secretId === arn && record.keyId !== null && record.projectId !== projectId,
  );
  const keyId = holder?.id ?? ofAnother?.keyId;
  if (keyId === undefined && !isOther) return;
  const what = keyId === undefined ? 'a key of another kind' : `the key ${keyId}`;
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

/** Whatever it holds: the source works with that project's key alone, and functions read it that may read no admin key. */
function isOfSource(asked: string, alias: string): BadRequestError {
  return new BadRequestError(
    `${quoted(asked)} is the secret for the project key of ${alias}; nothing was made.`,
    `Name another secret with --secret, or make a key of that project: --project ${alias}.`,
  );
}

function mayNotWrite({ stackName }: Deps, asked: string): BadRequestError {
  return new BadRequestError(
    `${quoted(asked)} is no secret that this stack may write; nothing was made.`,
    `It writes those of the project keys in sharing.yaml, and those under ${keySecretName(stackName, '')}.`,
  );
}
