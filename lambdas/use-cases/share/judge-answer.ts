import { believe, isBelieved, type ListAnswer, needsProof, vanishing } from '../../core/checkpoint/absence.ts';
import { IS_IT_OURS } from '../../core/errors.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { countTracked } from '../../core/plan/guard.ts';
import { changeState, readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import type { Turn } from './turn.ts';

interface Answered {
  readonly answer: ListAnswer;
  /** OpenAI's words where it does not know the checkpoint. */
  readonly reason: string;
}

export type Judged =
  /** So many permissions are let through as vanished. */
  | (Answered & { readonly kind: 'believed'; readonly vanished: number })
  /** It is to be looked at again later. */
  | (Answered & { readonly kind: 'doubted'; readonly held: boolean })
  /** The key is of no use: what waits is as it was. */
  | { readonly kind: 'not-judged' };

/** What a LIST does not show is believed only where somebody else says so, too, and only so much of it within a day. */
export async function judgeAnswer(
  turn: Turn,
  record: CheckpointRecord,
  { answer, reason }: Answered,
  begunAt: number,
): Promise<Judged> {
  const ofKey = needsProof(record, answer, begunAt) ? await turn.witnesses.key() : 'known';
  if (ofKey === 'foreign') return { kind: 'not-judged' };
  // To a key that is not ours OpenAI would not list it at all: that it lists nothing is for other lists to confirm.
  const proof = ofKey === 'unproven' && answer !== 'gone' ? await turn.witnesses.lists(record.checkpoint) : ofKey;
  const doubt = (why: string, held = false): Judged => ({ kind: 'doubted', answer, reason: why, held });
  const said = answer === 'gone' ? reason : 'OpenAI lists none of its permissions';
  if (proof === 'later' || proof === 'emptied' || !isBelieved(record, answer, proof, begunAt)) {
    if (answer === 'gone' && proof === 'unproven') await turn.noteRefused([record.checkpoint], reason);
    return doubt(`${said}: ${WHY[proof]}`);
  }
  const vanished = vanishing(record, answer, begunAt);
  if (await isBelievable(turn, vanished)) return { kind: 'believed', answer, reason, vanished };
  return doubt(`${said}: more has vanished within a day than is believed without a person's word`, true);
}

const WHY = {
  known: 'to be confirmed by a second look',
  unproven: 'it cannot be told whether the admin key is of this organisation (scope api.management.read)',
  emptied: `nor of another checkpoint that has some. ${IS_IT_OURS}`,
  later: 'OpenAI could not be asked yet whether the admin key is of this organisation',
} as const;

async function isBelievable(turn: Turn, permissions: number): Promise<boolean> {
  if (permissions === 0) return true;
  const { ledger, now } = turn.deps;
  // Few are let through whatever there is: the ledger need not be counted for them.
  const uncounted = believe(await readState(ledger, 'absences'), permissions, 0, now());
  const tracked = uncounted === null ? await countAll(turn) : 0;
  let isAllowed = false;
  await changeState(ledger, 'absences', (state) => {
    const after = believe(state, permissions, tracked, now());
    isAllowed = after !== null;
    return after ?? state;
  });
  return isAllowed;
}

async function countAll({ deps }: Turn): Promise<number> {
  let tracked = 0;
  for await (const record of everyItem(deps.ledger.listCheckpoints)) tracked += countTracked([record]);
  return tracked;
}
