import { doubtAbsence, type ListAnswer, vanishing } from '../../core/checkpoint/absence.ts';
import { isBlameless } from '../../core/checkpoint/answers.ts';
import { doubtForbidden, forbidList, postponeList } from '../../core/checkpoint/list-failed.ts';
import { resolveByList, resolveGone } from '../../core/checkpoint/resolve.ts';
import { resolveByPart } from '../../core/checkpoint/resolve-part.ts';
import { ForbiddenError, NotFoundError, OpenAIError } from '../../core/errors.ts';
import type { OddItem } from '../../core/model/job.ts';
import type { CheckpointRecord, Listing, Priority } from '../../core/model/permission.ts';
import { changeCheckpoint } from '../change.ts';
import { expectOnward } from '../pages.ts';
import { rememberProjects } from './create-step.ts';
import { judgeAnswer } from './judge-answer.ts';
import { inDoubt } from './key-proof.ts';
import { showsSome } from './list-proof.ts';
import type { Turn } from './turn.ts';

/** A LIST that was begun longer ago is begun anew: too much may have changed on the pages that it has read. */
const RESUMABLE_MS = 2 * 60 * 60_000;

/**
 * Lists every page of a checkpoint's permissions and brings the record to what they show. The slot of the first page
 * has been granted. A list that is not complete changes nothing but where, or when, it goes on.
 */
export async function listStep(turn: Turn, record: CheckpointRecord, priority: Priority): Promise<void> {
  const { ledger, now, log } = turn.deps;
  const context = { checkpoint: record.checkpoint, jobId: record.jobId };
  const begun = listingOf(record, now());
  const listed = await listPages(turn, record.checkpoint, priority, begun);
  const judged =
    listed.kind === 'answered'
      ? await judgeAnswer(turn, record, listed, begun.begunAt)
      : listed.kind === 'forbidden'
        ? { ...listed, worth: await turn.witnesses.judgeRefusal([record.checkpoint], listed.reason) }
        : listed;
  const resolved = await changeCheckpoint(ledger, record, (current) => {
    switch (judged.kind) {
      case 'believed':
        // The audit log has told of more since it was judged: another look is due, and will be judged by that.
        if (vanishing(current, judged.answer, begun.begunAt) > judged.vanished) return current;
        return judged.answer === 'gone'
          ? resolveGone(current, judged.reason, begun.begunAt)
          : resolveByList(current, judged.answer, begun.begunAt);
      case 'in-part':
        return resolveByPart(current, { ...judged.listing, shown: judged.listing.permissions }, now());
      case 'doubted':
        return doubtAbsence(postponeList(current, now(), judged.reason), judged.answer, judged, now());
      case 'not-judged':
        return current;
      case 'failed':
        return postponeList(withListing(current, NOTHING_READ), now(), judged.reason);
      case 'forbidden': {
        if (judged.worth === 'foreign') return current;
        const anew = withListing(current, NOTHING_READ);
        if (judged.worth === 'believed') return forbidList(anew, now(), judged.reason);
        return doubtForbidden(anew, now(), inDoubt(judged.reason));
      }
      case 'cut-off':
        return withListing(current, judged.listing);
    }
  });
  if (judged.kind === 'in-part') {
    const { permissions, odd } = judged.listing;
    // Told once, however often it is listed so: status names it as long as it is.
    const level = record.absence?.kind === 'in-part' ? 'info' : 'warn';
    log[level]('Permissions listed that cannot be read', { ...context, listed: permissions.length, odd });
  } else if (judged.kind === 'believed' && judged.answer !== 'gone') {
    log.info('Permissions listed', { ...context, listed: judged.answer.length });
    await rememberProjects(turn, resolved, { kind: 'created', permissions: [], complete: true });
  } else if (judged.kind !== 'cut-off' && judged.kind !== 'not-judged') {
    log.warn('Permissions not listed', { ...context, outcome: judged.kind, reason: judged.reason });
  }
}

/** What a LIST has read so far. */
type Begun = Omit<Listing, 'after' | 'odd'> & { readonly after: string | null; readonly odd: readonly OddItem[] };

type Listed =
  /** `reason`: OpenAI's words where it does not know the checkpoint. */
  | { readonly kind: 'answered'; readonly answer: ListAnswer; readonly reason: string }
  /** All pages, some of which nobody can read. */
  | { readonly kind: 'in-part'; readonly listing: Begun }
  | { readonly kind: 'failed'; readonly reason: string }
  /** OpenAI does not let this checkpoint be listed. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** No slot, time or key for the next page. */
  | { readonly kind: 'cut-off'; readonly listing: Begun };

/** Its pages may be far apart: it proves nothing about what was asked for or deleted since it began. */
function listingOf({ listing }: CheckpointRecord, now: number): Begun {
  const isResumed = listing !== undefined && now < listing.begunAt + RESUMABLE_MS;
  return isResumed ? { odd: [], ...listing } : { ...NOTHING_READ, begunAt: now };
}

const NOTHING_READ: Begun = { begunAt: 0, after: null, permissions: [], odd: [] };

function withListing({ listing: _, ...record }: CheckpointRecord, { after, odd, ...begun }: Begun): CheckpointRecord {
  return after === null ? record : { ...record, listing: { ...begun, after, ...(odd.length > 0 && { odd }) } };
}

/** Odd entries that are kept: one is enough to tell that the list is not whole, and the others have to fit the row. */
const MOST_ODD = 10;

function shownIn({ permissions, odd }: Begun): readonly (string | null)[] {
  return [...permissions.map(({ permissionId }) => permissionId), ...odd.map(({ id }) => id)];
}

async function listPages(turn: Turn, checkpoint: string, priority: Priority, begun: Begun): Promise<Listed> {
  const { permissions: api } = turn.deps;
  const readPage = (after: string | null) => turn.ask('list', () => api.list(checkpoint, after), showsSome);
  let listing = begun;
  try {
    for (;;) {
      const page = await readPage(listing.after);
      if (showsSome(page)) turn.witnesses.noteShown();
      const permissions = [...listing.permissions, ...page.permissions];
      const odd = [...listing.odd, ...(page.odd ?? [])].slice(0, MOST_ODD);
      if (page.next === null) {
        if (odd.length > 0) return { kind: 'in-part', listing: { ...listing, permissions, odd } };
        return { kind: 'answered', answer: permissions, reason: '' };
      }
      expectOnward(page.next, [listing.after, ...shownIn(listing)]);
      listing = { ...listing, after: page.next, permissions, odd };
      if (!(await turn.waitForSlot('list', priority))) return { kind: 'cut-off', listing };
    }
  } catch (error) {
    return listFailure(error, listing);
  }
}

function listFailure(error: unknown, listing: Begun): Listed {
  if (isBlameless(error)) return { kind: 'cut-off', listing };
  // Of a page after the first, it says nothing of the checkpoint: the cursor is a permission's id, which may be gone by now.
  if (error instanceof NotFoundError && listing.after === null)
    return { kind: 'answered', answer: 'gone', reason: error.message };
  if (error instanceof ForbiddenError) return { kind: 'forbidden', reason: error.message };
  if (error instanceof OpenAIError) return { kind: 'failed', reason: error.message };
  throw error;
}
