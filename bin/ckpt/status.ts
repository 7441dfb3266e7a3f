import { z } from 'zod';
import { region, stack as stackName, type Told } from '../../lambdas/shared/contract/parts.ts';
import { statusResult } from '../../lambdas/shared/contract/status.ts';
import { withProgress } from './progress.ts';
import type { CliCommand } from './session.ts';
import { showStatus } from './status-text.ts';

const document = z
  .strictObject({ stack: stackName, region, ...statusResult.shape })
  .describe('How the system stands at one moment.');
export type StatusDocument = Told<typeof document>;

export const status: CliCommand<object> = {
  document,
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
    const told: StatusDocument = { stack, region: await operator.region(), ...found };
    return { document: told, text: () => showStatus(told, paint, terminal.columns) };
  },
};
