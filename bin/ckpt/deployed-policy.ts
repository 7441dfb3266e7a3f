import { z } from 'zod';
import { sha256, type Told, where } from '../../lambdas/shared/contract/parts.ts';
import { ask } from './ask.ts';
import { type Session, whereIs } from './session.ts';
import type { Paint } from './text/paint.ts';

/** The policy that a stack follows, beside one that was read here. */
export const deployedPolicy = z.strictObject({
  ...where,
  digest: sha256.describe('SHA-256, hex, of what the policy of the stack decides.'),
  same: z.boolean().describe('Whether both decide the same.'),
});
export type DeployedPolicy = Told<typeof deployedPolicy>;

/** Asks the stack; throws `CliError`. */
export async function compareWithDeployed(session: Session, digest: string): Promise<DeployedPolicy> {
  const status = await ask(session, { command: 'status' }, { saying: 'Asking for the deployed policy …' });
  return { ...(await whereIs(session)), digest: status.policyDigest, same: status.policyDigest === digest };
}

export function showDeployed({ stack, region, digest, same }: DeployedPolicy, paint: Paint): string {
  if (same) return `${stack} in ${region} shares by these rules and pins; other settings were not compared\n`;
  const found = paint('red', `${stack} in ${region} shares by another policy, ${digest.slice(0, 12)}`);
  return `${found}: deploy this one, or check whether this is the stack and the file that you mean\n`;
}
