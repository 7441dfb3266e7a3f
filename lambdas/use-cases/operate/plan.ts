import type { OperatorCommand } from './command.ts';
import { gatherPlan } from './gather-plan.ts';
import { allowOnly } from './payload.ts';

/** `plan`: what would bring OpenAI to the policy. Reads the ledger, writes nothing, asks OpenAI nothing. */
export const plan: OperatorCommand<'plan'> = {
  parse(fields) {
    allowOnly(fields, ['command']);
    return { command: 'plan' };
  },

  async run(deps) {
    return (await gatherPlan(deps)).plan;
  },
};
