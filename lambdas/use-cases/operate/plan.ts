import type { Command } from './deps.ts';
import { gatherPlan } from './gather-plan.ts';
import { readOtherPolicy } from './other-policy.ts';

/** `plan`: what would bring OpenAI to the policy. Reads the ledger, writes nothing, asks OpenAI nothing. */
export const plan: Command<'plan'> = async (deps, { policy }) => {
  return (await gatherPlan(deps, readOtherPolicy(policy))).plan;
};
