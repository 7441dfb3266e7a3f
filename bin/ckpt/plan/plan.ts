import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Told, where } from '../../../lambdas/shared/contract/parts.ts';
import { planResult } from '../../../lambdas/shared/contract/plan.ts';
import { ask } from '../ask.ts';
import { parseJson } from '../aws/operator-function.ts';
import { CliError, firstLine } from '../errors.ts';
import { readTextInput } from '../read-input.ts';
import { type CliCommand, type Session, whereIs } from '../session.ts';
import { changesOf, showPlan } from './plan-text.ts';

/** What `ckpt plan --json` prints, and `--out` writes. */
export const planDocument = z
  .strictObject({
    version: z.literal(1).describe('Of the form of this document.'),
    ...where,
    ...planResult.shape,
  })
  .describe('What would bring OpenAI to the policy, for all that the ledger knows.');
export type PlanDocument = Told<typeof planDocument>;

export const plan: CliCommand<{ readonly out?: string }> = {
  document: planDocument,
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

export async function askForPlan(session: Session): Promise<PlanDocument> {
  const made = await ask(session, { command: 'plan' }, { saying: 'Reading the ledger …' });
  return { version: 1, ...(await whereIs(session)), ...made };
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

/** Reads what `ckpt plan --out` has written, for the stack that is spoken to; throws `CliError`. */
export async function readPlanFile(
  file: string,
  target: { readonly stack: string; readonly region: string },
): Promise<PlanDocument> {
  const document = await parse(file);
  if (document.stack === target.stack && document.region === target.region) return document;
  throw new CliError({
    name: 'OtherStackError',
    message: `${file} is a plan for ${document.stack} in ${document.region}, not for ${target.stack} in ${target.region}.`,
    next: 'Name the same --stack and --region with which it was made.',
  });
}

const NEXT = 'Write one with "ckpt plan --out FILE".';

async function parse(file: string): Promise<PlanDocument> {
  const document = parseJson(await readTextInput(file, NEXT));
  if (isPlan(document)) return document;
  const message =
    document === undefined
      ? `The plan file ${file} cannot be read: it is not JSON, or is cut off.`
      : `${file} is no plan of this version of ckpt.`;
  throw new CliError({ name: 'FileError', message, next: NEXT });
}

function isPlan(value: unknown): value is PlanDocument {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return false;
  return ['id', 'stack', 'region', 'at'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}
