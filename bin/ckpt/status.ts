import type { Status } from '../../lambdas/shared/contract/operator.ts';
import { withProgress } from './progress.ts';
import type { CliCommand } from './session.ts';
import { showStatus } from './status-text.ts';

/** What `ckpt status --json` prints. */
export interface StatusDocument extends Status {
  readonly stack: string;
  readonly region: string;
}

export const status: CliCommand<object> = {
  define: (program) =>
    program
      .command('status')
      .description('show sources, permissions by state, due work, pacer, queues, and jobs that shared less than asked'),

  async run({ stack, operator, terminal, paint }) {
    const found = await withProgress(
      terminal,
      () => 'Reading the ledger …',
      () => operator.ask({ command: 'status' }),
    );
    const document: StatusDocument = { stack, region: await operator.region(), ...found };
    return { document, text: () => showStatus(document, paint, terminal.columns) };
  },
};
