import type { Status } from '../../../shared/contract/operator.ts';
import { type Found, good, notice } from './check.ts';

const SHUTDOWN_DAYS = 30;

/** Shared models that will not answer for long, or answer no more. */
export function judgeShutdowns({ shutdowns }: Pick<Status, 'shutdowns'>): readonly Found[] {
  const near = shutdowns.filter(({ daysLeft }) => daysLeft <= SHUTDOWN_DAYS);
  if (near.length === 0) return [good(`No shared model shuts down within ${SHUTDOWN_DAYS} days.`)];
  return near.map(({ baseModel, date, daysLeft, permissions, projects }) => {
    const when = daysLeft > 0 ? `shuts down on ${date}` : `was shut down on ${date}`;
    return notice(
      `${baseModel} ${when}, and with it what is shared of it (days left: ${daysLeft}, permissions: ${permissions}, projects: ${projects}).`,
      'Tell these projects, and train on another base: docs/runbook.md#shutdown-ahead.',
    );
  });
}
