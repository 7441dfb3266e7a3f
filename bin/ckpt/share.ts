import { Option } from 'commander';
import { z } from 'zod';
import { checkpoint, type Told } from '../../lambdas/shared/contract/parts.ts';
import { listedPermission, wantedBy } from '../../lambdas/shared/contract/permissions.ts';
import { ask, type Patience, timeoutOption } from './ask.ts';
import { awaitSettled } from './await-settled.ts';
import { explainRefusal } from './explain-refusal.ts';
import { showPermissions } from './list-table.ts';
import { readDays } from './options.ts';
import { oneCheckpoint } from './read-selection.ts';
import type { Answer, CliCommand, Session } from './session.ts';
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
