import { Option } from 'commander';
import { z } from 'zod';
import { asSentence } from '../../../lambdas/core/text/sentence.ts';
import type { ListedPermission } from '../../../lambdas/shared/contract/operator.ts';
import { checkpoint, type Told } from '../../../lambdas/shared/contract/parts.ts';
import { listedPermission, repaired, wantedBy } from '../../../lambdas/shared/contract/permissions.ts';
import { ask, type Patience, timeoutOption } from '../ask.ts';
import { collect, readDays } from '../options.ts';
import type { Answer, CliCommand, Session } from '../session.ts';
import { oneLine } from '../text/paint.ts';
import { awaitSettled } from './await-settled.ts';
import { showPermissions } from './list-table.ts';
import { oneCheckpoint } from './selection.ts';
import { collectProjects, separate } from './targets.ts';

const document = z
  .strictObject({
    checkpoint,
    wantedBy: z
      .array(wantedBy)
      .describe("Whose wish each is, in the order of the projects: somebody else's where it was wanted already."),
    permissions: z.array(listedPermission).describe('As they stand in the end; none with --no-wait.'),
  })
  .describe('What was asked for, and what came of it.');
type ShareDocument = Told<typeof document>;

interface ShareOptions extends Patience {
  readonly to?: readonly string[];
  readonly onDrift: 'repair' | 'report';
  readonly expiresIn?: number;
  readonly wait: boolean;
}

export const share: CliCommand<ShareOptions> = {
  document,
  define: (program) =>
    timeoutOption(
      program
        .command('share')
        .description('share a checkpoint with projects, beside what the policy wants, and wait until it is')
        .argument('[checkpoint]', 'its model id, ft:…')
        .option('--to <project...>', 'aliases or proj_ ids of the projects that are to have it', collectProjects)
        .addOption(onDriftOption())
        .option('--expires-in <time>', 'take it back after this time, such as 12h or 30d', readDays)
        .option('--no-wait', 'come back as soon as it stands in the ledger'),
    ),

  async run(session, { to, onDrift, expiresIn, wait, timeout }, given): Promise<Answer> {
    const endsAt = session.now() + timeout;
    const { args, projects } = separate(given, to);
    const checkpoint = oneCheckpoint(args, 'share');
    const expiresAt = expiresIn === undefined ? null : new Date(session.now() + expiresIn).toISOString();
    const request = { command: 'share', checkpoint, projects, onDrift, expiresAt } as const;
    const wanted = await ask(session, request, { timeoutMs: timeout });
    const wantedBy = wanted.projects.map((project) => project.wantedBy);
    if (!wait) {
      const document: ShareDocument = { checkpoint, wantedBy, permissions: [] };
      return { document, text: () => `Wanted: ${names(wanted.projects)}.\n` };
    }
    const projectIds = wanted.projects.map(({ projectId }) => projectId);
    const { permissions } = await awaitSettled(session, { checkpoint, projects: projectIds }, endsAt - session.now());
    return answerOf(session, { checkpoint, wantedBy, permissions });
  },
};

function onDriftOption(): Option {
  const option = new Option('--on-drift <how>', 'what to do when somebody removes it at OpenAI');
  return option.choices(['repair', 'report']).default('repair');
}

function answerOf({ paint, terminal }: Session, document: ShareDocument): Answer {
  const { permissions } = document;
  const refused = permissions.filter(({ state }) => state !== 'active');
  const text = () =>
    [
      showPermissions(permissions, { paint, columns: undefined, width: terminal.columns }),
      ...refused.map((permission) => `${explainRefusal(permission)}\n`),
    ].join('');
  return { document, text, exitCode: refused.length === 0 ? 0 : 1 };
}

function names(projects: readonly { readonly projectId: string; readonly project: string | null }[]): string {
  return projects.map(({ project, projectId }) => project ?? projectId).join(', ');
}

/** Why a project does not have a checkpoint that it should have, and what to do; whole sentences. */
export function explainRefusal({ project, projectId, state, reason }: ListedPermission): string {
  const name = project ?? projectId;
  const said = asSentence(oneLine(reason ?? 'OpenAI gave no reason'));
  return `${name} does not have it (${state}): ${said} ${nextOf(said)}`;
}

const NEXT: readonly (readonly [RegExp, string])[] = [
  [/owning project/i, 'That project trained the checkpoint and can use it without a permission: leave it out.'],
  [/not found: proj_|unknown project|project .*not found/i, 'Check the project id; it is tried again once a day.'],
  [/archived/i, 'Unarchive the project at OpenAI, or leave it out; it is tried again once a day.'],
  [/does not exist|model_not_found/i, 'Check the model id: "ckpt checkpoints JOB" shows those of a job.'],
  [/moderation|safety/i, "OpenAI blocks the model: the job's events tell more."],
];

function nextOf(reason: string): string {
  const known = NEXT.find(([pattern]) => pattern.test(reason));
  return known?.[1] ?? 'It is tried again once a day; "ckpt share" asks again at once.';
}

export const repair: CliCommand<{ readonly project?: readonly string[] }> = {
  document: repaired,
  define: (program) =>
    program
      .command('repair')
      .description('share again what is gone at OpenAI and was left so: drifted, or repaired too often (flapping)')
      .argument('<checkpoint>', 'its model id, ft:…')
      .option('--project <alias or id>', 'only for this target project', collect),

  async run(session, { project = [] }, [checkpoint = '']) {
    const done = await ask(session, { command: 'repair', checkpoint, project });
    const names = done.projects.map((each) => each.project ?? each.projectId);
    return { document: done, text: () => `${checkpoint} is shared again with ${names.join(', ')}.\n` };
  },
};
