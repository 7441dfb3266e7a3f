import type { Status } from '../../../shared/contract/operator.ts';
import { type Found, good, notice } from './check.ts';

/** Whether revocations wait for a person, who may not know. */
export function judgePlan({ waitingPlan }: Pick<Status, 'waitingPlan'>): Found {
  if (waitingPlan === null) return good('No plan waits for confirmation.');
  const { id, revocations, tracked, since, confirmed } = waitingPlan;
  const what = `revoking ${revocations} of ${tracked} tracked permissions`;
  if (confirmed) return notice(`A plan was confirmed and is not carried out yet: ${what} (${id}).`, null);
  return notice(
    `A plan has waited for a person's word since ${since}: ${what}.`,
    `Look at it with "ckpt plan"; "ckpt apply --confirm ${id}" lets it through.`,
  );
}
