import { createHash } from 'node:crypto';
import type { Confirmation, ConfirmationEnd, WaitingPlan } from '../model/system-state.ts';
import { type Revocation, revocationsId } from './guard.ts';

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

export function judgeWord(
  state: Partial<Confirmed>,
  revocations: readonly Revocation[],
  policyDigest: string,
  now: number,
): Word {
  const confirmation = standing(state);
  if (confirmation === null) return state.ended ? { kind: 'void', ...state.ended } : { kind: 'none' };
  const { id } = confirmation;
  const why = whyVoid(confirmation, policyDigest, now);
  if (why !== null) return { kind: 'void', id, why, at: now };
  const by = countBeyond(confirmation, revocations);
  return by === 0 ? { kind: 'holds', id } : { kind: 'beyond', id, by };
}

/**
 * What a look at the ledger that finds these to be revoked leaves of a person's word: what was confirmed and is not among
 * them has been carried out, or needs no revoking, and takes another word should it come again. The very state where
 * nothing changes.
 */
export function afterPlan<State extends Confirmed>(
  state: State,
  revocations: readonly Revocation[],
  policyDigest: string,
  now: number,
): State {
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

/** How many of these revocations are not confirmed; null = some are not. */
function countBeyond({ id, hashes }: Confirmation, revocations: readonly Revocation[]): number | null {
  if (hashes === null) return id === revocationsId(revocations) ? 0 : null;
  const confirmed = new Set(split(hashes));
  return revocations.filter((revocation) => !confirmed.has(hashOf(revocation))).length;
}

/** Of what is confirmed, the part that is among these revocations. */
function stillOpen({ id, hashes }: Confirmation, revocations: readonly Revocation[]): string | null {
  if (hashes === null) return id === revocationsId(revocations) ? null : '';
  const open = new Set(revocations.map(hashOf));
  return split(hashes)
    .filter((hash) => open.has(hash))
    .join('');
}

function split(hashes: string): readonly string[] {
  return Array.from(hashes.matchAll(new RegExp(`.{${HASH_CHARS}}`, 'g')), ([hash]) => hash);
}

function hashOf({ checkpoint, projectId }: Revocation): string {
  return createHash('sha256').update(`${checkpoint} ${projectId}`).digest('base64url').slice(0, HASH_CHARS);
}
