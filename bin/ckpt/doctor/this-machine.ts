import type { Finding } from '../../../lambdas/shared/contract/operator.ts';
import type { Asked } from './ask-doctor.ts';

/** AWS refuses signatures that are five minutes off; this is well before. */
const CLOCK_TOLERANCE_MS = 10_000;

/** Whether stack and CLI are of one version: requests and answers change together. */
export function checkVersion(deployed: string, own: string): Finding {
  if (deployed === own) return localFinding('cli-version', 'good', `The stack and this CLI are of version ${own}.`);
  return localFinding(
    'cli-version',
    'notice',
    `The stack is of version ${deployed}, and this CLI of ${own}.`,
    'Deploy the stack from this checkout, or use the CLI of the one that it was deployed from.',
  );
}

/** Whether this machine's clock agrees with the operator function's, which told its time while it was asked. */
export function checkClock({ checked, askedAt, answeredAt }: Asked): Finding {
  const at = Date.parse(checked.at);
  const [ahead, behind] = [askedAt - at, at - answeredAt];
  const offMs = Math.max(ahead, behind, 0);
  if (offMs <= CLOCK_TOLERANCE_MS) return localFinding('local-clock', 'good', 'The clock of this machine is right.');
  const seconds = Math.round(offMs / 1_000);
  return localFinding(
    'local-clock',
    'notice',
    `The clock of this machine is ${seconds} s ${ahead > behind ? 'ahead of' : 'behind'} the one in AWS.`,
    'Set it, best by NTP: AWS refuses requests that are signed five minutes off.',
  );
}

/** A finding that was made on this machine. Message and mend are whole sentences. */
export function localFinding(
  check: string,
  state: 'good' | 'notice' | 'bad',
  message: string,
  mend: string | null = null,
): Finding {
  return { check, state, message, mend, retryAfterSeconds: null };
}
