import { readFile } from 'node:fs/promises';
import { decodeText, foreignForm } from '../../lambdas/core/text/decode.ts';
import { CliError, firstLine } from './errors.ts';

/** What is named `-` on the command line. */
export const STANDARD_INPUT = '-';

/** How a sentence names an input. */
export function inputName(file: string): string {
  return file === STANDARD_INPUT ? 'Standard input' : file;
}

/**
 * The bytes of a file, or of the whole standard input for `-`. Throws `CliError`; `next` is what to do where the file
 * is not there or not to be read.
 */
export async function readInput(
  file: string,
  next: string,
  stdin: AsyncIterable<Uint8Array> = process.stdin,
): Promise<Buffer> {
  try {
    return file === STANDARD_INPUT ? Buffer.concat(await Array.fromAsync(stdin)) : await readFile(file);
  } catch (error) {
    throw new CliError({ name: 'FileError', message: messageFor(inputName(file), error), next }, { cause: error });
  }
}

/** The text of a file or of standard input, in UTF-8 or UTF-16. Throws `CliError`, also for what holds no such text. */
export async function readTextInput(file: string, next: string, stdin?: AsyncIterable<Uint8Array>): Promise<string> {
  const bytes = await readInput(file, next, stdin);
  const form = foreignForm(bytes);
  // Of a ZIP archive the reader knows more: it may be a plan.
  if (form === null || form === 'a ZIP archive') return decodeText(bytes).text;
  const packed = /^compressed with (\w+)$/.exec(form)?.[1];
  throw new CliError({
    name: 'FileError',
    message: `${inputName(file)} is ${form}.`,
    next: packed === undefined ? 'Save it as a text in UTF-8, and name that.' : unpack(packed),
  });
}

function unpack(packed: string): string {
  const tool = packed === 'Zstandard' ? 'zstd' : packed;
  return `Unpack it (${tool} -dc FILE > OTHER), and name what comes out.`;
}

function messageFor(name: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  // As "$FILE" is where nothing is in it.
  if (name === '') return 'No file is named: the name is empty.';
  if (code === 'ENOENT') return `There is no file ${name}.`;
  if (code === 'EISDIR') return `${name} is a folder, not a file.`;
  return `${name} cannot be read: ${firstLine(error)}.`;
}
