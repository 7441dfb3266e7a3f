import type { Policy } from '../../../core/policy/policy.ts';
import type { Finding, Status } from '../../../shared/contract/operator.ts';
import type { Scene } from './scene.ts';

/** What one check has found; whose finding it is, is said by whoever made the check. */
export type Found = Omit<Finding, 'check'>;

/** One thing that can be wrong with an installation. */
export interface Check {
  /** Its first word is what it looks at, its second one which of several: `admin-key write`, `project-key research`. */
  readonly name: string;
  /** May throw: that, too, is a finding. */
  readonly look: (scene: Scene) => Promise<readonly Found[]>;
  /** Made when all others are: it looks at what they have brought about. */
  readonly last?: true;
}

export function good(message: string): Found {
  return { state: 'good', message, mend: null, retryAfterSeconds: null };
}

/** Something to know of. Whole sentences, both. */
export function notice(message: string, mend: string | null): Found {
  return { state: 'notice', message, mend, retryAfterSeconds: null };
}

/** Something that does not work as it should. Whole sentences, both. */
export function bad(message: string, mend: string | null): Found {
  return { state: 'bad', message, mend, retryAfterSeconds: null };
}

/** A check of how ledger, pacer and queues stand. Where the ledger cannot be read, `ledger` alone says why. */
export function ofStatus(
  name: string,
  judge: (status: Status, policy: Policy, scene: Scene) => readonly Found[] | Promise<readonly Found[]>,
): Check {
  return {
    name,
    async look(scene) {
      const status = await scene.status().catch(() => undefined);
      if (status === undefined) return [notice('Not looked at, because the ledger cannot be read.', null)];
      return judge(status, scene.deps.policy, scene);
    },
  };
}

export const ledger: Check = {
  name: 'ledger',
  async look(scene) {
    const { checkpoints, jobs } = await scene.status();
    return [good(`The ledger can be read (jobs: ${jobs.known}, checkpoints: ${checkpoints}).`)];
  },
};
