import { newCheckpoint } from '../../core/checkpoint/record.ts';
import { repairable, repairByHand } from '../../core/checkpoint/repair.ts';
import { aliasOf } from '../../core/policy/policy.ts';
import { changeCheckpoint } from '../change-checkpoint.ts';
import type { Command } from './command.ts';
import { wakeShare } from './deps.ts';
import { BadRequestError } from './problem.ts';
import { projectIdsOf } from './projects.ts';
import { quoted } from './read-request.ts';
import { tryKeyAgain } from './try-key-again.ts';

/** `repair`: what is gone at OpenAI and was left so, because it is flapping or its rule says report, is shared again. */
export const repair: Command<'repair'> = async (deps, { checkpoint, project }) => {
  const { ledger, policy, now, log } = deps;
  const wanted = projectIdsOf(policy, project);
  if ((await ledger.getCheckpoint(checkpoint)) === undefined) {
    throw new BadRequestError(`The ledger has no checkpoint ${quoted(checkpoint)}.`, LIST_DRIFTED);
  }
  let chosen: readonly string[] = [];
  await changeCheckpoint(ledger, newCheckpoint(checkpoint, { source: null, jobId: null }), (record) => {
    chosen = repairable(record, wanted);
    return repairByHand(record, wanted, now());
  });
  if (chosen.length === 0) throw new BadRequestError(`Nothing of ${quoted(checkpoint)} is drifted.`, LIST_DRIFTED);
  log.info('Repair asked for by a person', { checkpoint, projectIds: chosen });
  await tryKeyAgain(deps);
  await wakeShare(deps);
  return { checkpoint, projects: chosen.map((projectId) => ({ projectId, project: aliasOf(policy, projectId) })) };
};

const LIST_DRIFTED = 'See what is with "ckpt list --state drifted".';
