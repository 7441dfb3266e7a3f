import { CliError } from './errors.ts';
import { parseJson } from './parse-json.ts';
import type { PlanDocument } from './plan.ts';
import { readTextInput } from './read-input.ts';

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
