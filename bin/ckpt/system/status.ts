import { z } from 'zod';
import { type Told, where } from '../../../lambdas/shared/contract/parts.ts';
import { statusResult } from '../../../lambdas/shared/contract/status.ts';
import { ask } from '../ask.ts';
import { type CliCommand, whereIs } from '../session.ts';
import { showStatus } from './status-text.ts';

const document = z.strictObject({ ...where, ...statusResult.shape }).describe('How the system stands at one moment.');
export type StatusDocument = Told<typeof document>;

export const status: CliCommand<object> = {
  document,
  define: (program) =>
    program
      .command('status')
      .description('show sources, permissions by state, due work, pacer, queues, and jobs that shared less than asked'),

  async run(session) {
    const found = await ask(session, { command: 'status', endpoints: true }, { saying: 'Reading the ledger …' });
    const told: StatusDocument = { ...(await whereIs(session)), ...found };
    return { document: told, text: () => showStatus(told, session.paint, session.terminal.columns) };
  },
};
