import { askedUnderAnotherKey } from '../../core/checkpoint/another-key.ts';
import { REFUSED_RETRY_MS } from '../../core/checkpoint/retries.ts';
import { changeAsRead } from '../change.ts';
import { everyItem } from '../pages.ts';
import { tellUnwritten, tryRow } from '../side-by-side.ts';
import type { ShareDeps } from './turn.ts';

/** What was refused since then, to a key that may not have been ours, is due at once. */
export async function askUnderAnotherKey(
  { ledger, now, log }: Pick<ShareDeps, 'ledger' | 'now' | 'log'>,
  since: number,
): Promise<void> {
  for (const { projectId, retryAt } of await ledger.refusedProjects()) {
    if (retryAt - REFUSED_RETRY_MS >= since) await ledger.pardonProject(projectId);
  }
  for await (const record of everyItem(ledger.listCheckpoints)) {
    const failed = await tryRow(record.checkpoint, () =>
      changeAsRead(ledger, record, (current) => askedUnderAnotherKey(current, since, now())),
    );
    if (failed !== undefined) tellUnwritten(log, [failed]);
  }
}
