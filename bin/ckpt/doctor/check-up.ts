import type { Finding } from '../../../lambdas/shared/contract/operator.ts';
import manifest from '../../../package.json' with { type: 'json' };
import type { Asking } from '../ask.ts';
import { askDoctor } from './ask-doctor.ts';
import { checkPolicyFile } from './policy-file.ts';
import { checkClock, checkVersion } from './this-machine.ts';
import { testWebhooks } from './webhook-test.ts';

export interface CheckUpOptions {
  /** The policy file of this machine; left out, sharing.yaml where there is one. */
  readonly config?: string | undefined;
  /** Whether a harmless test event is delivered to each source. */
  readonly webhookTest: boolean;
  /** How long to wait for slots of the admin API, ms. */
  readonly timeout: number;
  /** Is given what the operator function has found so far, while some of it waits. */
  readonly soFar?: (findings: readonly Finding[]) => void;
}

/** Everything that could be wrong with an installation, looked at. */
export interface CheckedUp {
  readonly at: string;
  /** Version of the deployed code. */
  readonly version: string;
  /** Whether nothing is bad. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** Gathers what the operator function finds, and what only this machine can tell; throws `CliError`. */
export async function checkUp(session: Asking, options: CheckUpOptions): Promise<CheckedUp> {
  const { config, webhookTest, timeout, soFar } = options;
  const asked = await askDoctor(session, timeout, [], soFar);
  const { at, version, policyDigest } = asked.checked;
  const findings = [
    ...asked.checked.findings,
    ...(webhookTest ? await testWebhooks(session, asked.checked.findings) : []),
    checkVersion(version, manifest.version),
    checkClock(asked),
    ...(await checkPolicyFile(config, policyDigest)),
  ];
  return { at, version, ok: findings.every(({ state }) => state !== 'bad'), findings };
}
