import type { AdoptResult } from '../../lambdas/shared/contract/operator.ts';

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
