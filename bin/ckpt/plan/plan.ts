import { writeFile } from 'node:fs/promises';
import { ask } from '../ask.ts';
import { parseJson } from '../aws/operator-function.ts';
import { CliError, firstLine } from '../errors.ts';
import { readOtherPolicy } from '../other-policy.ts';
import { readTextInput } from '../read-input.ts';
import { type CliCommand, type Session, whereIs } from '../session.ts';
import { type PlanDocument, planDocument } from './plan-document.ts';
import { planAsMarkdown } from './plan-markdown.ts';
import { showPlan } from './plan-text.ts';
import { changesOf } from './plan-words.ts';

interface PlanOptions {
  readonly out?: string;
  readonly markdown?: true;
}

export const plan: CliCommand<PlanOptions> = {
  document: planDocument,
  define: (program) =>
    program
      .command('plan')
      .description('show what would bring OpenAI to the policy, and what it costs; exit code 2 if there is anything')
      .argument('[file]', 'a policy file: what there would be to do if it were deployed now; - for standard input')
      .option('--out <file>', 'also write the plan to this file, for "ckpt apply <file>"')
      .option('--markdown', 'print it as GitHub shows it, for a comment on a pull request')
      .addHelpText('after', '\nIt knows what the ledger knows: "ckpt reconcile" finds jobs that nobody told of.'),

  async run(session, { out, markdown }, [file]) {
    refuseTogether(session, markdown === true, file, out);
    const document = await askForPlan(session, file);
    if (out !== undefined) await write(out, document);
    return {
      document,
      text: () => (markdown ? planAsMarkdown(document) : showPlan(document, session.paint, out ?? null)),
      exitCode: changesOf(document) === 0 ? 0 : 2,
    };
  },
};

function refuseTogether({ json }: Session, markdown: boolean, file: string | undefined, out: string | undefined): void {
  if (markdown && json) {
    throw new CliError({
      name: 'UsageError',
      message: 'A plan is printed either as --markdown or as --json.',
      next: 'Leave one of them out.',
    });
  }
  if (file === undefined || out === undefined) return;
  throw new CliError({
    name: 'UsageError',
    message: `The plan of a policy that is not deployed cannot be applied, so it is not written to ${out}.`,
    next: 'Leave --out away, or deploy the file first; --json prints the plan as a document.',
  });
}

/** With a file: for the policy in it, as if it were deployed now. */
export async function askForPlan(session: Session, file?: string): Promise<PlanDocument> {
  // A function of an older version knows no policy but its own.
  const other = file === undefined ? {} : { policy: await readOtherPolicy(session, file) };
  const request = { command: 'plan', ...other } as const;
  const made = await ask(session, request, { saying: 'Reading the ledger …' });
  return { version: 1, ...(await whereIs(session)), ...made, policy: { ...made.policy, file: file ?? null } };
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
  if (document.policy?.deployed === false) {
    throw new CliError({
      name: 'NotDeployedError',
      message: `${file} is a plan of a policy that is not deployed.`,
      next: 'Deploy that policy, then plan again: "ckpt plan --out FILE", "ckpt apply FILE".',
    });
  }
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
