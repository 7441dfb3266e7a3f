import { unreadReason } from '../../core/checkpoint/resolve-part.ts';
import { NoSlotError, NotFoundError } from '../../core/errors.ts';
import type { OddItem } from '../../core/model/job.ts';
import type { ActualPermission } from '../../core/model/permission.ts';
import { asSentence } from '../../core/text/sentence.ts';
import { expectOnward } from '../pages.ts';
import type { CommandDeps } from './deps.ts';
import { adminKeyName, explaining } from './explain-openai.ts';
import { createPaced } from './paced.ts';
import { OpenAIProblemError } from './problem.ts';

type ListDeps = Pick<CommandDeps, 'pacer' | 'ledger' | 'admin' | 'secretIds' | 'now' | 'sleep'>;

/**
 * Every permission of a checkpoint that OpenAI shows now, but what cannot be read (`odd`); `gone` where it does not know the
 * checkpoint. Each page of 100 is an admin call in a slot of its own. Throws `NoSlotError` where there is none for the first page; the others are waited
 * for, since to begin anew would take the same slots again.
 */
export async function listLive(
  deps: ListDeps,
  checkpoint: string,
): Promise<{
  readonly permissions: readonly ActualPermission[];
  readonly odd: readonly OddItem[];
  readonly gone: string | null;
}> {
  const permissions: ActualPermission[] = [];
  const odd: OddItem[] = [];
  const giveUpAt = deps.now() + WITHIN_MS;
  let after: string | null = null;
  try {
    do {
      const page: Page =
        after === null ? await readPage(deps, checkpoint, after) : await waitForPage(deps, checkpoint, after, giveUpAt);
      expectOnward(page.next, [after, ...permissions.map(({ permissionId }) => permissionId)]);
      permissions.push(...page.permissions);
      odd.push(...(page.odd ?? []));
      after = page.next;
    } while (after !== null);
    return { permissions, odd, gone: null };
  } catch (error) {
    if (error instanceof NotFoundError) return { permissions: [], odd: [], gone: error.message };
    return explaining(adminKeyName(deps), () => Promise.reject(error));
  }
}

/** What is not among the permissions may be there all the same. */
export function unreadable(odd: readonly OddItem[]): OpenAIProblemError {
  return new OpenAIProblemError(
    'OddAnswerError',
    asSentence(unreadReason(odd)),
    'Name only what "ckpt show" tells of, or try again later; docs/runbook.md#lists-that-cannot-be-read says more.',
  );
}

type Page = Awaited<ReturnType<ListDeps['admin']['list']>>;

function readPage(deps: ListDeps, checkpoint: string, after: string | null): Promise<Page> {
  return createPaced(deps)('list', 'repair', () => deps.admin.list(checkpoint, after));
}

/** No slot is further off than the pacer's window; a longer wait is a hold, and not waited for. */
const LONGEST_WAIT_SECONDS = 65;
/** The function has three minutes. */
const WITHIN_MS = 120_000;

async function waitForPage(deps: ListDeps, checkpoint: string, after: string, giveUpAt: number): Promise<Page> {
  for (;;) {
    try {
      return await readPage(deps, checkpoint, after);
    } catch (error) {
      if (!(error instanceof NoSlotError) || error.seconds > LONGEST_WAIT_SECONDS) throw error;
      if (deps.now() + error.seconds * 1_000 > giveUpAt) throw error;
      await deps.sleep(error.seconds * 1_000);
    }
  }
}
