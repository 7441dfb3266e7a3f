import { PERMISSION_STATES, type PermissionState } from '../../lambdas/core/model/permission.ts';
import type { ListedPermission, ListPage, PermissionFilter } from '../../lambdas/shared/contract/operator.ts';
import { collect } from './options.ts';
import type { Paint, Style } from './paint.ts';
import { withProgress } from './progress.ts';
import type { CliCommand, Session } from './session.ts';
import { table } from './table.ts';
import { showTime } from './times.ts';

export const list: CliCommand<PermissionFilter> = {
  define: (program) =>
    program
      .command('list')
      .description('list the permissions of the ledger, sorted by checkpoint and project')
      .option('--project <alias or id>', 'only of this target project', collect)
      .option('--source <alias>', 'only of jobs of this source project', collect)
      .option('--state <state>', `only in this state: ${PERMISSION_STATES.join(', ')}`, collect)
      .option('--rule <name>', 'only what this rule wants', collect)
      .option('--job <ftjob-id>', 'only of this job', collect)
      .option('--checkpoint <glob>', 'only of checkpoints that match; * and ? stand for any characters', collect)
      .addHelpText('after', '\nA filter may be given more than once: any of its values will do.'),

  async run(session, filter) {
    const permissions = await gather(session, filter);
    return { document: permissions, text: () => show(permissions, session) };
  },
};

/** All pages. */
async function gather({ operator, terminal }: Session, filter: PermissionFilter) {
  const permissions: ListedPermission[] = [];
  return withProgress(
    terminal,
    () => `${permissions.length} permissions so far …`,
    async () => {
      let cursor: string | null = null;
      do {
        const page: ListPage = await operator.ask({ command: 'list', filter, cursor });
        permissions.push(...page.permissions);
        cursor = page.cursor;
      } while (cursor !== null);
      return permissions;
    },
  );
}

function show(permissions: readonly ListedPermission[], { terminal, paint }: Session): string {
  if (permissions.length === 0) {
    terminal.err('No permission is there, or none that fits.\n');
    return '';
  }
  return table(
    permissions,
    [
      { heading: 'CHECKPOINT', text: ({ checkpoint }) => checkpoint },
      { heading: 'PROJECT', text: ({ project, projectId }) => project ?? projectId },
      { heading: 'STATE', text: ({ state }) => state, paint: (cell, { state }) => paintState(paint, state, cell) },
      { heading: 'PERMISSION', text: ({ permissionId }) => permissionId },
      { heading: 'SHARED', text: ({ sharedAt }) => showTime(sharedAt) },
      { heading: 'EXPIRES', text: ({ expiresAt }) => showTime(expiresAt) },
      { heading: 'RULE', text: ({ rule, origin }) => rule ?? (origin && `(${origin})`) },
      { heading: 'REASON', text: ({ reason }) => reason },
    ],
    terminal.columns,
  );
}

const STYLE_OF: Readonly<Record<PermissionState, Style>> = {
  pending: 'yellow',
  unknown: 'yellow',
  active: 'green',
  drifted: 'red',
  rejected: 'red',
  orphaned: 'dim',
  revoking: 'yellow',
  revoked: 'dim',
  foreign: 'dim',
};

export function paintState(paint: Paint, state: PermissionState, text: string): string {
  return paint(STYLE_OF[state], text);
}
