import { z } from 'zod';
import { packPolicy } from '../../lambdas/core/policy/pack.ts';
import { checkPolicy, formatMistakes, formatWarnings } from '../../lambdas/core/policy/parse.ts';
import { CliError } from './errors.ts';
import { inputName, readInput } from './read-input.ts';
import type { Session } from './session.ts';

/** Beside the policy by which something was decided: where it is. */
export const policyFile = {
  file: z.string().nullable().describe('As it was named, - for standard input; null for the deployed one.'),
};

/**
 * Reads a policy file that the stack is to be asked about, packed for the way. Warnings go to standard error; a file with
 * mistakes throws a `CliError` that lists them all.
 */
export async function readOtherPolicy({ terminal }: Session, file: string): Promise<string> {
  const bytes = await readInput(file, 'Name a policy file; sharing.example.yaml shows how it looks.');
  return packOtherPolicy(bytes, file, (warnings) => terminal.err(`${warnings}\n`));
}

/** The same of what was read already; `warn` is given all warnings at once, a line each, where there are any. */
export function packOtherPolicy(bytes: Uint8Array, file: string, warn: (warnings: string) => void): string {
  const checked = checkPolicy(bytes);
  if (checked.warnings.length > 0) warn(formatWarnings(checked.warnings, file));
  if ('mistakes' in checked) {
    const count = checked.mistakes.length === 1 ? 'a mistake' : `${checked.mistakes.length} mistakes`;
    throw new CliError(
      {
        name: 'PolicyError',
        message: `${inputName(file)} has ${count}.`,
        next: 'Mend what is listed, then ask again.',
      },
      { lines: formatMistakes(checked.mistakes, file).split('\n') },
    );
  }
  const packed = packPolicy(checked.policy);
  if (packed !== null) return packed;
  throw new CliError({
    name: 'PolicyTooLargeError',
    message: `The policy in ${inputName(file)} is larger than what Lambda lets a function be asked with, 5.5 MB packed.`,
    next: 'Write fewer rules and pins: a glob stands for many models, and a list of targets for many pins.',
  });
}
