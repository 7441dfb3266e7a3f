import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { policyDigest } from '../../../lambdas/core/policy/policy.ts';
import type { Finding } from '../../../lambdas/shared/contract/operator.ts';
import { CliError } from '../errors.ts';
import { readInput } from '../read-input.ts';
import { localFinding } from './this-machine.ts';

const DEFAULT_FILE = 'sharing.yaml';
const CHECK = 'policy-file';

/** Whether the policy file of this machine is the one that the stack follows. None where there is none and none was named. */
export async function checkPolicyFile(named: string | undefined, deployedDigest: string): Promise<readonly Finding[]> {
  const file = named ?? DEFAULT_FILE;
  try {
    return [judge(file, await readInput(file, 'Name another file with --config.'), deployedDigest)];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const isMissing = error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ENOENT';
    return named === undefined && isMissing ? [] : [localFinding(CHECK, 'bad', error.message, error.next)];
  }
}

function judge(file: string, bytes: Uint8Array, deployedDigest: string): Finding {
  const parsed = parsePolicy(bytes);
  if ('mistakes' in parsed) {
    const count = parsed.mistakes.length === 1 ? 'a mistake' : `${parsed.mistakes.length} mistakes`;
    return localFinding(CHECK, 'bad', `${file} has ${count}.`, `"ckpt config check ${file}" lists what to mend.`);
  }
  if (policyDigest(parsed.policy) === deployedDigest) {
    return localFinding(CHECK, 'good', `The stack shares by the rules and pins of ${file}.`);
  }
  return localFinding(
    CHECK,
    'notice',
    `${file} is not deployed yet: the stack shares by other rules or pins.`,
    `Deploy it (npx cdk deploy -c config=${file}), or check that this is the stack and the file that you mean.`,
  );
}
