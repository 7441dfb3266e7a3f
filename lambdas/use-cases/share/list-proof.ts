import { isFresh } from '../../core/checkpoint/list-lag.ts';
import { idsOf, permissionsOf } from '../../core/checkpoint/record.ts';
import { SharingError } from '../../core/errors.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { everyItem } from '../pages.ts';
import type { AdminCalls } from './admin-calls.ts';

/**
 * Whether OpenAI's lists show what there is. `emptied`: one shows nothing of what was granted. `unproven`: there is none to
 * compare with. `later`: none could be asked for.
 */
export type ListProof = 'known' | 'emptied' | 'unproven' | 'later';

/** What one list has shown, and of which checkpoint; null = of some. */
export interface ListShown {
  readonly checkpoint: string | null;
  readonly proof: ListProof;
}

/**
 * Lists a checkpoint that something is granted for, other than the one whose list is empty, where nobody can tell whose the
 * key is: whatever empties lists empties that one, too. Costs an admin call, and none where this turn has seen such a list.
 */
export async function proveLists(turn: AdminCalls, except: string): Promise<ListShown> {
  const { ledger, permissions, log } = turn.deps;
  for await (const record of everyItem(ledger.listCheckpoints)) {
    const { checkpoint } = record;
    if (checkpoint === except || !isGranted(record, turn.deps.now())) continue;
    if (!(await turn.waitForSlot('list', 'verify'))) return { checkpoint, proof: 'later' };
    try {
      const page = await turn.ask('list', () => permissions.list(checkpoint, null), showsSome);
      if (showsSome(page)) return { checkpoint, proof: 'known' };
      // What cannot be read is no empty list.
      return { checkpoint, proof: page.odd === undefined ? 'emptied' : 'later' };
    } catch (error) {
      if (!(error instanceof SharingError)) throw error;
      log.info('Whether lists show what there is cannot be told', { checkpoint, reason: error.message });
      return { checkpoint, proof: 'later' };
    }
  }
  return { checkpoint: null, proof: 'unproven' };
}

/** No list is shown so to the key of another organisation, or by what empties lists. */
export function showsSome({ permissions }: { readonly permissions: readonly unknown[] }): boolean {
  return permissions.length > 0;
}

function isGranted(record: CheckpointRecord, now: number): boolean {
  if (record.gone !== null || record.absence?.kind === 'gone') return false;
  return permissionsOf(record).some((permission) => {
    const { state, toldDeleted } = permission;
    return state === 'active' && idsOf(permission).length > 0 && !toldDeleted && !isFresh(permission, now);
  });
}
