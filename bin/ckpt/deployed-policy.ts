import { z } from 'zod';
import { region, sha256, stack as stackName, type Told } from '../../lambdas/shared/contract/parts.ts';
import type { Paint } from './paint.ts';
import { withProgress } from './progress.ts';
import type { Session } from './session.ts';

/** The policy that a stack follows, beside one that was read here. */
export const deployedPolicy = z.strictObject({
  stack: stackName,
  region,
  digest: sha256.describe('SHA-256, hex, of what the policy of the stack decides.'),
  same: z.boolean().describe('Whether both decide the same.'),
});
export type DeployedPolicy = Told<typeof deployedPolicy>;

/** Asks the stack; throws `CliError`. */
export async function compareWithDeployed(session: Session, digest: string): Promise<DeployedPolicy> {
  const { operator, stack, terminal } = session;
  const status = await withProgress(
    terminal,
    () => 'Asking for the deployed policy …',
    () => operator.ask({ command: 'status' }),
  );
  const region = await operator.region();
  return { stack, region, digest: status.policyDigest, same: status.policyDigest === digest };
}

export function showDeployed({ stack, region, digest, same }: DeployedPolicy, paint: Paint): string {
  if (same) return `${stack} in ${region} shares by these rules and pins; other settings were not compared\n`;
  const found = paint('red', `${stack} in ${region} shares by another policy, ${digest.slice(0, 12)}`);
  return `${found}: deploy this one, or check whether this is the stack and the file that you mean\n`;
}
