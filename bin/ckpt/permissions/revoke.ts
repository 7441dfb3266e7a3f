import { z } from 'zod';
import type { RevokeResult, ToRevoke } from '../../../lambdas/shared/contract/operator.ts';
import type { Told } from '../../../lambdas/shared/contract/parts.ts';
import { listedPermission, revokeResult } from '../../../lambdas/shared/contract/permissions.ts';
import { ask, type Patience, timeoutOption } from '../ask.ts';
import { CliError } from '../errors.ts';
import type { Answer, CliCommand, Session } from '../session.ts';
import type { Paint } from '../text/paint.ts';
import { awaitSettled } from './await-settled.ts';
import { readSelection } from './selection.ts';
import { collectProjects } from './targets.ts';

const document = z
  .strictObject({
    ...revokeResult.shape,
    left: z
      .array(listedPermission)
      .describe('Those of them that are not revoked in the end: a rule or a pin has had them shared again.'),
  })
  .describe('What was revoked, or without --yes what would be.');
type RevokeDocument = Told<typeof document>;

interface RevokeOptions extends Patience {
  readonly from?: readonly string[];
  readonly permission?: string;
  readonly all?: true;
  readonly withhold?: true;
  readonly yes?: true;
}

export const revoke: CliCommand<RevokeOptions> = {
  document,
  define: (program) =>
    timeoutOption(
      program
        .command('revoke')
        .description('take a checkpoint from projects; without --yes it only says what that would do (exit code 2)')
        .argument('[target]', 'ft:… (a checkpoint), cp_… (a permission), or ft:…:TARGET as Terraform has it')
        .option('--from <project...>', 'aliases or proj_ ids of the projects that are to lose it', collectProjects)
        .option('--permission <cp-id>', 'the project that this permission is for')
        .option('--all', 'all projects of the checkpoint')
        .option('--withhold', 'keep the rules from sharing it again by themselves; "ckpt share" takes that back')
        .option('--yes', 'do it'),
    ),

  async run(session, { from, yes, withhold, timeout, ...options }, given): Promise<Answer> {
    const endsAt = session.now() + timeout;
    const selection = readSelection('revoke', { ...options, ...(from && { project: from }) }, given);
    const request = { command: 'revoke', ...selection, dryRun: yes !== true, withhold: withhold === true } as const;
    const result = await ask(session, request, { timeoutMs: timeout });
    if (!result.done) return dryRun(session, result);
    const projects = result.permissions.map(({ projectId }) => projectId);
    const { permissions } = await awaitSettled(
      session,
      { checkpoint: result.checkpoint, projects },
      endsAt - session.now(),
    );
    const left = permissions.filter(({ state }) => state !== 'revoked');
    if (left.length > 0 && result.permissions.every(({ wantedAgainBy }) => wantedAgainBy === null))
      throw notRevoked(left);
    const done: RevokeDocument = { ...result, left };
    return { document: done, text: () => show(result, session.paint) };
  },
};

function dryRun({ paint }: Session, result: RevokeResult): Answer {
  const isAnything = result.permissions.some(({ what }) => what !== 'nothing-to-do');
  const last = isAnything ? 'Nothing was done: add --yes to do it.' : 'There is nothing to do.';
  const document: RevokeDocument = { ...result, left: [] };
  return { document, text: () => `${show(result, paint)}${last}\n`, exitCode: isAnything ? 2 : 0 };
}

function show({ checkpoint, done, permissions }: RevokeResult, paint: Paint): string {
  const lines = permissions.flatMap((permission) => showPermission(permission, done, paint));
  return `${[paint('bold', checkpoint), ...lines].join('\n')}\n`;
}

function showPermission(permission: ToRevoke, done: boolean, paint: Paint): readonly string[] {
  const { project, projectId, what, permissionIds, wantedAgainBy } = permission;
  const ids = permissionIds.length === 0 ? '' : ` (${permissionIds.join(', ')})`;
  const verbs = done
    ? { revoke: 'revoked', drop: 'wanted no more; it was never granted', 'nothing-to-do': 'revoked already' }
    : {
        revoke: 'to be revoked',
        drop: 'to be wanted no more; it was never granted',
        'nothing-to-do': 'revoked already',
      };
  const line = `  ${paint('red', '-')} ${project ?? projectId}  ${verbs[what]}${ids}`;
  if (wantedAgainBy === null) return [line];
  const { rule, origin } = wantedAgainBy;
  const who = rule === null ? `It is ${origin} in sharing.yaml` : `Rule "${rule}" wants it`;
  return [
    line,
    `    ${paint('yellow', '!')} ${who}: the next reconcile shares it again. Change sharing.yaml, or add --withhold.`,
  ];
}

function notRevoked(
  left: readonly { readonly projectId: string; readonly state: string; readonly reason: string | null }[],
) {
  const [first] = left;
  return new CliError({
    name: 'NotRevokedError',
    message: `OpenAI has not deleted ${left.length} of them: ${first?.projectId} is ${first?.state}: ${first?.reason ?? 'no reason given'}.`,
    next: 'It is tried again once a day; "ckpt revoke … --yes" tries again at once.',
  });
}
