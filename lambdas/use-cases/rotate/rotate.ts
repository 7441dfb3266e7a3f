import { SharingError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/runtime.ts';
import { isNamed, type SecretStore, type StoredSecret } from '../../core/secrets/store.ts';

/** The secret is not rotated, and will not be before a person does something. The message says why, and what to do. */
export class RotationRefusedError extends SharingError {
  override readonly name = 'RotationRefusedError' as const;
}

/** A secret, and the version of it that a rotation makes. */
export interface RotatedSecret extends StoredSecret {
  /** Id of the new version. */
  readonly token: string;
  /** Id of the current version; null where it has none. */
  readonly current: string | null;
}

/** How secrets of one kind are rotated. Each of these may be broken off anywhere, and is asked again then. */
export interface Rotation {
  /** Their ARNs or names. */
  readonly secretIds: readonly string[];
  /** Puts the new value into the version `token`, as the pending one. Not asked where it has a value. */
  create(secret: RotatedSecret): Promise<void>;
  /** Whether a pending value that an earlier attempt has left is of no use any more. */
  isStale(secret: RotatedSecret, value: string): Promise<boolean>;
  /** Throws unless the new value works at OpenAI. */
  test(secret: RotatedSecret, value: string): Promise<void>;
  /** Makes the pending version the current one. */
  finish(secret: RotatedSecret, value: string): Promise<void>;
  /** What is left to do once it is. */
  finished(secret: RotatedSecret): Promise<void>;
}

const CURRENT = { stage: 'AWSCURRENT' } as const;

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
type Step = (typeof STEPS)[number];

/**
 * Carries out one step of Secrets Manager's rotation, `{ Step, SecretId, ClientRequestToken }`, each as often as it is asked
 * for. A token that the secret does not know is that of a new version: so it can be driven by hand, too, on a secret without a
 * schedule. Throws `RotationRefusedError`, or what went wrong.
 */
export function createRotate(
  { store, log }: { readonly store: SecretStore; readonly log: Log },
  rotation: Rotation,
): (event: unknown) => Promise<void> {
  return async (event) => {
    const { step, secretId, token } = readEvent(event);
    const stored = await store.describe(secretId);
    if (stored === undefined) throw new RotationRefusedError(`There is no secret ${secretId}`);
    if (!rotation.secretIds.some((id) => isNamed(stored, id))) {
      throw new RotationRefusedError(`The secret ${secretId} is none that this function rotates`);
    }
    const secret = { ...stored, token, current: versionWith(stored, 'AWSCURRENT') };
    await carryOut(step, secret);
    log.info('Rotation step done', { step, secretId: secret.arn, version: token });
  };

  async function carryOut(step: Step, secret: RotatedSecret): Promise<void> {
    const { arn, versions, token, current } = secret;
    if (token === current) {
      if (step === 'finishSecret') await rotation.finished(secret);
      return;
    }
    const stages = versions[token];
    const value = stages === undefined ? null : await store.read(arn, { id: token });
    const isPending = stages?.includes('AWSPENDING') === true;
    if (step === 'createSecret') {
      if (value === null) await rotation.create(secret);
      else if (isPending && (await rotation.isStale(secret, value))) await giveUp(secret);
      return;
    }
    if (step === 'testSecret' && (value === null || (isPending && value === (await store.read(arn, CURRENT))))) {
      // As it sets a schedule up Secrets Manager tries this step alone, with a version that nobody has put a new value into.
      log.info('Nothing new to test', { secretId: arn, version: token });
      return;
    }
    if (value === null || !isPending) {
      throw new RotationRefusedError(`The secret ${arn} has no pending version ${token}: begin with createSecret`);
    }
    // OpenAI has made the value itself, so that there is nothing to set.
    if (step === 'testSecret') await rotation.test(secret, value);
    if (step === 'finishSecret') await rotation.finish(secret, value);
  }

  /** For as long as a version is pending Secrets Manager begins no other rotation, and a version's value cannot be changed. */
  async function giveUp({ arn, token }: RotatedSecret): Promise<never> {
    await store.moveStage(arn, 'AWSPENDING', null, token);
    throw new RotationRefusedError(
      `The pending version ${token} of ${arn} is of no use any more, and is given up: rotate once more`,
    );
  }
}

function readEvent(event: unknown): { readonly step: Step; readonly secretId: string; readonly token: string } {
  const fields: Readonly<Record<string, unknown>> = typeof event === 'object' && event !== null ? { ...event } : {};
  const step = STEPS.find((each) => each === fields.Step);
  const { SecretId: secretId, ClientRequestToken: token } = fields;
  if (step !== undefined && typeof secretId === 'string' && typeof token === 'string' && token !== '') {
    return { step, secretId, token };
  }
  throw new RotationRefusedError(
    `This is no step of a rotation: send Step (${STEPS.join(', ')}), SecretId and ClientRequestToken`,
  );
}

function versionWith({ versions }: StoredSecret, stage: string): string | null {
  return Object.entries(versions).find(([, stages]) => stages.includes(stage))?.[0] ?? null;
}
