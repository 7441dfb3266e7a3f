import { readFile } from 'node:fs/promises';
import { CliError, firstLine } from './errors.ts';
import type { PlanDocument } from './plan.ts';

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

async function parse(file: string): Promise<PlanDocument> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliError(
      {
        name: 'FileError',
        message: `The plan file ${file} cannot be read: ${firstLine(error)}.`,
        next: 'Write one with "ckpt plan --out FILE".',
      },
      { cause: error },
    );
  }
  if (isPlan(document)) return document;
  throw new CliError({
    name: 'FileError',
    message: `${file} is no plan of this version of ckpt.`,
    next: 'Write one with "ckpt plan --out FILE".',
  });
}

function isPlan(value: unknown): value is PlanDocument {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return false;
  return ['id', 'stack', 'region', 'at'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}
