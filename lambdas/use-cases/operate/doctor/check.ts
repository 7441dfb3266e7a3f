import type { Policy } from '../../../core/policy/policy.ts';
import type { Status } from '../../../shared/contract/operator.ts';
import { type Found, good, notice } from './found.ts';
import type { Scene } from './scene.ts';

export { bad, type Found, good, notice } from './found.ts';

/** One thing that can be wrong with an installation. */
export interface Check {
  /** Its first word is what it looks at, its second one which of several: `admin-key write`, `project-key research`. */
  readonly name: string;
  /** May throw: that, too, is a finding. */
  readonly look: (scene: Scene) => Promise<readonly Found[]>;
  /** Made when all others are: it looks at what they have brought about. */
  readonly last?: true;
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
