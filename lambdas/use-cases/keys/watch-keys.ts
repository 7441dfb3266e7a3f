import { NoSlotError, OpenAIError, SecretUnusableError } from '../../core/errors.ts';
import { areRotationsDue, concernsOf, isLookDue } from '../../core/keys/key-concerns.ts';
import {
  ADMIN_ROOM,
  onlyRooms,
  rotationsOf,
  type WatchedKey,
  type WatchedRotation,
  watchedKey,
  withKeys,
  withProblem,
} from '../../core/keys/key-watch.ts';
import type { KeyFacts } from '../../core/keys/ports.ts';
import { isRedactedOf } from '../../core/keys/redacted.ts';
import { findProject } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { SecretDates } from '../../core/ports/secrets.ts';
import { measure } from '../../shared/contract/metrics.ts';
import { changeState, readState } from '../change.ts';
import { OpenAIProblemError } from '../operate/problem.ts';
import { adminKeyCalls } from './admin-keys.ts';
import { announceExpiring } from './announce-expiring.ts';
import { KEYS_AUTHOR, type KeyMakingDeps } from './deps.ts';
import { heldKeys } from './held-keys.ts';
import { projectKeyCalls } from './project-keys.ts';
import { sweepKeys } from './sweep-keys.ts';

export interface WatchDeps extends KeyMakingDeps {
  readonly secretDates: SecretDates;
}

/** What the schedule asks for: each of the two has its turn, whatever becomes of the other. */
export async function tickKeys(deps: WatchDeps): Promise<void> {
  try {
    await sweepKeys(deps);
  } finally {
    await watchKeys(deps);
  }
}

/**
 * Looks at the keys that the system works with and those that were made here, seldom (one admin call a page, once a day for
 * the admin keys and once for each project that has such keys), and tells at every tick of what is of concern, for as long as
 * it is: so an alarm that has rung is quiet again when it is mended, and no crash can lose one.
 */
async function watchKeys(deps: WatchDeps): Promise<void> {
  const { policy, secretIds, now, log } = deps;
  const ledger = deps.ledgerAs(KEYS_AUTHOR);
  const rooms = await findRooms(deps);
  const before = await changeState(ledger, 'keyWatch', (watch) => onlyRooms(watch, [...rooms.keys()]));
  for (const [room, secretId] of rooms) {
    if (isLookDue(before, room, now())) await look(deps, ledger, room, secretId);
  }
  if (areRotationsDue(before, now())) {
    const wanted = rotationsOf(policy, secretIds);
    const rotations = await Promise.all(
      wanted.map(async (each) => ({ ...each, since: await sinceWhen(deps, each.secretId) })),
    );
    await changeState(ledger, 'keyWatch', (watch) => ({ ...watch, rotations, rotationsAt: now() }));
  }
  for (const { message, ...concern } of concernsOf(await readState(ledger, 'keyWatch'), now())) {
    log.warn(message, concern);
  }
  await announceExpiring(ledger, now);
}

/** Where keys of ours are, with the secret of the one that is in use there. */
async function findRooms({ policy, secretIds, keyLedger }: WatchDeps): Promise<ReadonlyMap<string, string | null>> {
  const made = (await keyLedger.listKeys()).map(({ projectId }) => [projectId ?? ADMIN_ROOM, null] as const);
  const inUse = [...secretIds.projectKeys].flatMap(([alias, secretId]) => {
    const project = findProject(policy, alias);
    return project === undefined ? [] : [[project.id, secretId] as const];
  });
  return new Map([...made, [ADMIN_ROOM, secretIds.adminKey], ...inUse]);
}

async function look(deps: WatchDeps, ledger: Ledger, room: string, secretId: string | null): Promise<void> {
  const { keyLedger, now, log } = deps;
  const projectId = room === ADMIN_ROOM ? null : room;
  const { list } = projectId === null ? adminKeyCalls(deps) : projectKeyCalls(deps, projectId);
  try {
    const [held] = secretId === null ? [] : await heldKeys(deps, [secretId]);
    const listed = await list();
    const records = await keyLedger.listKeys();
    const ours = listed.flatMap((key): readonly WatchedKey[] => {
      const inUse = held !== undefined && isRedactedOf(key.redactedValue, held.value) === true;
      const record = records.find(({ keyId }) => keyId === key.id);
      const watched = watchedKey(key, projectId, inUse, record);
      return watched === undefined ? [] : [watched];
    });
    const isHeldListed = held && isAmong(listed, held.value);
    await changeState(ledger, 'keyWatch', (watch) => withKeys(watch, room, { listed, ours, isHeldListed }, now()));
    for (const { id, createdAt } of ours.filter(({ inUse }) => inUse)) {
      const kind = projectId === null ? 'admin' : 'project';
      const seconds = Math.max(0, now() - createdAt) / 1_000;
      log.info('Age of a key in use', { keyId: id, ...measure({ KeyAge: seconds }, { Kind: kind }) });
    }
  } catch (error) {
    // The next tick may find one.
    if (error instanceof NoSlotError) return;
    if (!LOOK_LATER.some((kind) => error instanceof kind) || !(error instanceof Error)) throw error;
    log.warn('Keys not looked at', { room, reason: error.message });
    await changeState(ledger, 'keyWatch', (watch) => withProblem(watch, room, error.message, now()));
  }
}

/** Undefined where OpenAI shows too little to tell. */
function isAmong(listed: readonly KeyFacts[], value: string): boolean | undefined {
  const verdicts = listed.map(({ redactedValue }) => isRedactedOf(redactedValue, value));
  return verdicts.includes(true) ? true : verdicts.includes(null) ? undefined : false;
}

/** What stops one look, and no other. */
const LOOK_LATER = [OpenAIProblemError, OpenAIError, SecretUnusableError] as const;

async function sinceWhen({ secretDates }: WatchDeps, secretId: string): Promise<WatchedRotation['since']> {
  try {
    return await secretDates.changedAt(secretId);
  } catch (error) {
    if (error instanceof SecretUnusableError) return null;
    throw error;
  }
}
