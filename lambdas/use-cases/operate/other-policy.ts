import { unpackPolicy } from '../../core/policy/pack.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { policyProblems } from '../../core/policy/read-policy.ts';
import { BadRequestError } from './problem.ts';
import { refuseKeys } from './read-request.ts';

/** The policy that was sent with a request, as `packPolicy` packs it; throws where it is none. Null where none was sent. */
export function readOtherPolicy(packed: string | null): Policy | null {
  if (packed === null) return null;
  const json = unpack(packed);
  // The request was looked through for keys as it came, packed.
  refuseKeys(json);
  const policy = parse(json);
  const problems = policyProblems(policy);
  if (problems.length > 0) throw notAPolicy(problems.join('; '));
  return policy as Policy;
}

function unpack(packed: string): string {
  try {
    return unpackPolicy(packed);
  } catch (cause) {
    throw notAPolicy('it cannot be unpacked, or is too large for that', { cause });
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The error would quote the text.
    throw notAPolicy('it is no JSON');
  }
}

function notAPolicy(problem: string, options?: ErrorOptions): BadRequestError {
  return new BadRequestError(
    `What was sent is no policy that this version knows: ${problem}.`,
    'Name the file to the ckpt command, which sends it in the right form; CLI and stack have to be of one version.',
    options,
  );
}
