import type { AdoptResult } from '../../../lambdas/shared/contract/operator.ts';
import { oneLine } from '../text/paint.ts';
import type { AdoptedState } from './adopt-state.ts';

/** What was adopted, what was asked for and is not there, and what else is. */
export function showAdopted({ checkpoint, adopted, missing, others }: AdoptResult): string {
  const lines = [
    ...adopted.map(({ permissionId, project, projectId, already, wantedBy }) => {
      const who = wantedBy.rule === null ? wantedBy.origin : `rule "${wantedBy.rule}"`;
      return `  + ${permissionId} (${project ?? projectId})  ${already ? 'tracked already' : 'tracked from now on'}, wanted by: ${who}`;
    }),
    ...missing.map((name) => `  ! ${name} is not at OpenAI: nothing was recorded of it`),
    ...others.map(({ permissionId, projectId }) => `  o ${permissionId} (${projectId})  at OpenAI, and left as it is`),
  ];
  return `${[checkpoint, ...(lines.length === 0 ? ['  nothing to adopt'] : lines)].join('\n')}\n`;
}

/** What came of a whole state. */
export function showAdoptedState({ checkpoints, failed, jobIds }: AdoptedState): string {
  const count = checkpoints.flatMap(({ adopted }) => adopted).length;
  const others = checkpoints.flatMap((each) => each.others).length;
  const lines = [
    ...checkpoints.map(showAdopted),
    ...failed.map(({ what, message, next }) => `! ${what}: ${oneLine(`${message} ${next ?? ''}`)}\n`),
    others === 0
      ? ''
      : `${others} more are at OpenAI, not from this state as far as can be told: --all adopts them, too.\n`,
    `${count} permissions of ${checkpoints.length} checkpoints are tracked; ${failed.length} could not be adopted.\n`,
    jobIds.length === 0 ? '' : `The state has ${jobIds.length} jobs, too: "ckpt adopt ${jobIds[0]}".\n`,
  ];
  return lines.join('');
}
