import type { Redriven } from '../../../lambdas/shared/contract/operator.ts';
import { redriven } from '../../../lambdas/shared/contract/pause.ts';
import { ask, withProgress } from '../ask.ts';
import type { CliCommand } from '../session.ts';

export const redrive: CliCommand<object> = {
  document: redriven,
  define: (program) =>
    program
      .command('redrive')
      .description('move the dead letters back into the queue, so that their jobs are looked at again'),

  async run(session) {
    let moved: Redriven = { moved: 0, jobIds: [], left: true, unreadable: 0 };
    await withProgress(
      session.terminal,
      () => `${moved.moved} moved so far …`,
      async () => {
        while (moved.left) {
          const more = await ask(session, { command: 'redrive' });
          const jobIds = [...new Set([...moved.jobIds, ...more.jobIds])];
          moved = { ...more, moved: moved.moved + more.moved, jobIds };
        }
      },
    );
    return { document: moved, text: () => show(moved) };
  },
};

function show({ moved, jobIds, unreadable }: Redriven): string {
  const jobs = jobIds.length === 0 ? '' : `, of ${jobIds.join(', ')}`;
  const left = unreadable === 0 ? '' : `${unreadable} were left: they name no job. See docs/runbook.md#dead-letters.\n`;
  return `${moved === 0 ? 'There was no dead letter to move' : `${moved} dead letters were moved back${jobs}`}.\n${left}`;
}
