import { forget as forgetThem } from '../../core/checkpoint/hold.ts';
import { changeCheckpoint } from '../change-checkpoint.ts';
import type { Command } from './command.ts';
import { refuseInDoubt } from './in-doubt.ts';
import { describeProjects, projectsWhere, selectPermissions } from './select-permissions.ts';

/** `forget`: stops tracking permissions. OpenAI keeps them, and no rule wants them again by itself. */
export const forget: Command<'forget'> = async (deps, selection) => {
  const { ledger, policy, now, log, author } = deps;
  const { record, projectIds } = await selectPermissions(
    deps,
    selection,
    projectsWhere(() => true),
  );
  const projects = describeProjects(record, projectIds, policy);
  await changeCheckpoint(ledger, record, (current) => {
    refuseInDoubt(current, projectIds, policy, now());
    return forgetThem(current, projectIds, { kind: 'forgotten', at: now(), by: author.actor });
  });
  log.info('Permissions forgotten', { checkpoint: record.checkpoint, projectIds });
  return { checkpoint: record.checkpoint, kind: 'forgotten', undone: false, projects };
};
