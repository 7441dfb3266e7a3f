import { z } from 'zod';
import type { ModelAccess, OperatorRequest, ResultOf } from '../../../lambdas/shared/contract/operator.ts';
import { ask, type Patience, timeoutOption } from '../ask.ts';
import { CliError } from '../errors.ts';
import type { Answer, CliCommand } from '../session.ts';
import { collectProjects, readTarget, separate } from './targets.ts';
import {
  type Expected,
  expectedAt,
  expectedOf,
  type VerifiedCheckpoint,
  verifiedCheckpoint,
  verifyCheckpoint,
  verifyProject,
} from './verified.ts';
import { showVerified } from './verify-text.ts';

const document = z
  .array(verifiedCheckpoint)
  .describe('Whether the projects that are to have checkpoints can use them.');

interface VerifyOptions extends Patience {
  readonly project?: readonly string[];
}

/** Asks the operator function within the time that is left. */
type Ask = <Request extends OperatorRequest>(request: Request) => Promise<ResultOf<Request['command']>>;

export const verify: CliCommand<VerifyOptions> = {
  document,
  define: (program) =>
    timeoutOption(
      program
        .command('verify')
        .description('ask OpenAI whether the projects that are to have a checkpoint can use it; exit code 1 if not')
        .argument('[checkpoint...]', 'model ids, ft:…')
        .option('--project <project...>', 'only these projects: aliases or proj_ ids', collectProjects)
        .addHelpText('after', '\nTakes one admin call a checkpoint, and one a project. Nothing is changed.'),
    ),

  async run(session, { project, timeout }, given): Promise<Answer> {
    const { args, projects } = separate(given, project);
    const checkpoints = readCheckpoints(args);
    const endsAt = session.now() + timeout;
    const inTime: Ask = (request) => ask(session, request, { timeoutMs: endsAt - session.now() });
    const verified: VerifiedCheckpoint[] = [];
    for (const checkpoint of checkpoints) {
      if (session.terminal.watched) session.terminal.err(`Asking OpenAI about ${checkpoint} …\n`);
      verified.push(await verifyOne(inTime, checkpoint, projects));
    }
    return {
      document: verified,
      text: () => showVerified(verified, session.paint, session.terminal.columns),
      exitCode: verified.every(({ ok }) => ok) ? 0 : 1,
    };
  },
};

async function verifyOne(ask: Ask, checkpoint: string, named: readonly string[]): Promise<VerifiedCheckpoint> {
  const { kind, ...answer } = await ask({ command: 'show', what: checkpoint, live: true });
  if (kind !== 'checkpoint' || !('checkpoint' in answer)) throw new Error('a checkpoint was asked for');
  const shown = answer.checkpoint;
  const access = (project: string) => ask({ command: 'model-access', checkpoint, project });
  const all = expectedOf(shown);
  const looks: (readonly [Expected, ModelAccess | null])[] = [];
  for (const each of all.filter((expected) => named.length === 0 || named.some((name) => isNamed(expected, name)))) {
    looks.push([each, shown.gone === null ? await access(each.projectId) : null]);
  }
  // What was asked about and is not to have it is looked at all the same: the operator function knows the aliases.
  for (const name of named.filter((word) => !all.some((expected) => isNamed(expected, word)))) {
    const found = await access(name);
    looks.push([expectedAt(shown, found.projectId, found.project), found]);
  }
  return verifyCheckpoint(
    checkpoint,
    shown,
    looks.map(([expected, found]) => verifyProject(expected, found)),
  );
}

function isNamed({ project, projectId }: Expected, name: string): boolean {
  return project === name || projectId === name;
}

function readCheckpoints(args: readonly string[]): readonly string[] {
  const checkpoints = args.map((word) => {
    const target = readTarget(word);
    if (target.kind === 'checkpoint') return target.checkpoint;
    throw notACheckpoint(`"${word}" is no checkpoint.`);
  });
  if (checkpoints.length === 0) throw notACheckpoint('No checkpoint was named.');
  return [...new Set(checkpoints)];
}

function notACheckpoint(message: string): CliError {
  return new CliError({ name: 'TargetError', message, next: 'Write "ckpt verify ft:<base>:<org>:<suffix>:<id>".' });
}
