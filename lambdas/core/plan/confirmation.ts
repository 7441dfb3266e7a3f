import { createHash } from 'node:crypto';
import type { Confirmation, ConfirmationEnd, WaitingPlan } from '../model/system-state.ts';
import { inOrder, type Revocation, RevocationsId, revocationsId } from './guard.ts';

/** How long a person's word holds, for a plan or for what has vanished. */
export const CONFIRMED_FOR_MS = 24 * 60 * 60_000;
/** 48 bits: that a revocation looks by chance like one of 40,000 others is one case in seven thousand million. */
const HASH_CHARS = 8;
/** DynamoDB takes 400 KB an item. Of a larger plan the very plan is let through, and no rest of it. */
const MOST_HASHES = 40_000;

/** What a person's last word is worth for some revocations. */
export type Word =
  /** There is none. */
  | { readonly kind: 'none' }
  | { readonly kind: 'holds'; readonly id: string }
  | ({ readonly kind: 'void' } & ConfirmationEnd)
  /** It stands, for other revocations: so many of these were not among them; null = nobody can tell how many. */
  | { readonly kind: 'beyond'; readonly id: string; readonly by: number | null };

type Confirmed = Pick<WaitingPlan, 'confirmedId' | 'confirmation' | 'ended'>;

/** A person's word for these revocations, by this policy, now. */
export function confirmationOf(revocations: readonly Revocation[], policyDigest: string, now: number): Confirmation {
  const id = revocationsId(revocations);
  const hashes = revocations.length > MOST_HASHES ? null : revocations.map(hashOf).join('');
  return { id, policyDigest, expiresAt: now + CONFIRMED_FOR_MS, hashes };
}

/** What is known of revocations once all of them have been seen, though they were never all there at once. */
export interface RevocationTally {
  readonly id: string;
  readonly count: number;
  /** How many a person's standing word is not for; 0 where there is none, or it names no single ones. */
  readonly beyond: number;
  /** Of those that it is for, the hashes. */
  readonly among: ReadonlySet<string>;
}

/** Takes in revocations one by one, in the order of the checkpoints and of the projects of each. */
export function createTally(state: Partial<Confirmed>) {
  const { hashes = null } = standing(state) ?? {};
  const confirmed = hashes === null ? null : new Set(split(hashes));
  const among = new Set<string>();
  const id = new RevocationsId();
  let count = 0;
  let beyond = 0;
  return {
    add(revocation: Revocation): void {
      count++;
      id.add(revocation);
      if (confirmed === null) return;
      const hash = hashOf(revocation);
      if (confirmed.has(hash)) among.add(hash);
      else beyond++;
    },
    end: (): RevocationTally => ({ id: id.end(), count, beyond, among }),
  };
}

export function tallyOf(state: Partial<Confirmed>, revocations: readonly Revocation[]): RevocationTally {
  const tally = createTally(state);
  for (const revocation of inOrder(revocations)) tally.add(revocation);
  return tally.end();
}

export function judgeWord(
  state: Partial<Confirmed>,
  found: readonly Revocation[] | RevocationTally,
  policyDigest: string,
  now: number,
): Word {
  const revocations = 'among' in found ? found : tallyOf(state, found);
  const confirmation = standing(state);
  if (confirmation === null) return state.ended ? { kind: 'void', ...state.ended } : { kind: 'none' };
  const { id, hashes } = confirmation;
  const why = whyVoid(confirmation, policyDigest, now);
  if (why !== null) return { kind: 'void', id, why, at: now };
  if (hashes === null) return id === revocations.id ? { kind: 'holds', id } : { kind: 'beyond', id, by: null };
  return revocations.beyond === 0 ? { kind: 'holds', id } : { kind: 'beyond', id, by: revocations.beyond };
}

/**
 * What a look at the ledger that finds these to be revoked leaves of a person's word: what was confirmed and is not among
 * them has been carried out, or needs no revoking, and takes another word should it come again. The very state where
 * nothing changes.
 */
export function afterPlan<State extends Confirmed>(
  state: State,
  found: readonly Revocation[] | RevocationTally,
  policyDigest: string,
  now: number,
): State {
  const revocations = 'among' in found ? found : tallyOf(state, found);
  const { confirmedId } = state;
  const confirmation = standing(state);
  if (confirmation === null) {
    return confirmedId === null && !state.confirmation ? state : { ...state, confirmedId: null, confirmation: null };
  }
  const hashes = stillOpen(confirmation, revocations);
  const why = whyVoid(confirmation, policyDigest, now) ?? (hashes === '' ? 'used-up' : null);
  if (why !== null) return ended(state, confirmation, why, now);
  return hashes === confirmation.hashes ? state : { ...state, confirmation: { ...confirmation, hashes } };
}

/** The state once all that was let through by the word for `id` is carried out; another word stands. */
export function usedUp<State extends Confirmed>(state: State, id: string, now: number): State {
  const confirmation = standing(state);
  return confirmation?.id === id ? ended(state, confirmation, 'used-up', now) : state;
}

/** A word that was said to a version that remembered the id alone is none: nobody knows for how long, by which policy. */
function standing({ confirmedId, confirmation }: Partial<Confirmed>): Confirmation | null {
  return confirmation && confirmation.id === confirmedId ? confirmation : null;
}

function whyVoid({ policyDigest, expiresAt }: Confirmation, current: string, now: number) {
  if (policyDigest !== current) return 'policy-changed';
  return expiresAt <= now ? 'expired' : null;
}

function ended<State extends Confirmed>(
  state: State,
  { id }: Confirmation,
  why: ConfirmationEnd['why'],
  now: number,
): State {
  return { ...state, confirmedId: null, confirmation: null, ended: { id, why, at: now } };
}

/** Of what is confirmed, the part that is among these revocations. */
function stillOpen({ id, hashes }: Confirmation, revocations: RevocationTally): string | null {
  if (hashes === null) return id === revocations.id ? null : '';
  return split(hashes)
    .filter((hash) => revocations.among.has(hash))
    .join('');
}

function split(hashes: string): readonly string[] {
  return Array.from(hashes.matchAll(new RegExp(`.{${HASH_CHARS}}`, 'g')), ([hash]) => hash);
}

function hashOf({ checkpoint, projectId }: Revocation): string {
  return createHash('sha256').update(`${checkpoint} ${projectId}`).digest('base64url').slice(0, HASH_CHARS);
}
