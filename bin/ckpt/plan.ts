import { writeFile } from 'node:fs/promises';
import type { Plan } from '../../lambdas/shared/contract/operator.ts';
import { CliError, firstLine } from './errors.ts';
import { changesOf, showPlan } from './plan-text.ts';
import { withProgress } from './progress.ts';
import type { CliCommand, Session } from './session.ts';

/** What `ckpt plan --json` prints, and `--out` writes. */
export interface PlanDocument extends Plan {
  /** Of the form of this document. */
  readonly version: 1;
  readonly stack: string;
  readonly region: string;
}

export const plan: CliCommand<{ readonly out?: string }> = {
  define: (program) =>
    program
      .command('plan')
      .description('show what would bring OpenAI to the policy, and what it costs; exit code 2 if there is anything')
      .option('--out <file>', 'also write the plan to this file, for "ckpt apply <file>"')
      .addHelpText('after', '\nIt knows what the ledger knows: "ckpt reconcile" finds jobs that nobody told of.'),

  async run(session, { out }) {
    const document = await askForPlan(session);
    if (out !== undefined) await write(out, document);
    return {
      document,
      text: () => showPlan(document, session.paint, out ?? null),
      exitCode: changesOf(document) === 0 ? 0 : 2,
    };
  },
};

export async function askForPlan({ operator, stack, terminal }: Session): Promise<PlanDocument> {
  const made = await withProgress(
    terminal,
    () => 'Reading the ledger …',
    () => operator.ask({ command: 'plan' }),
  );
  return { version: 1, stack, region: await operator.region(), ...made };
}

async function write(file: string, document: PlanDocument): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
  } catch (error) {
    throw new CliError(
      {
        name: 'FileError',
        message: `The plan cannot be written to ${file}: ${firstLine(error)}.`,
        next: 'Name a file with --out that can be written.',
      },
      { cause: error },
    );
  }
}
