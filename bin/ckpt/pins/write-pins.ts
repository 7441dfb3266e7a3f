import { randomUUID } from 'node:crypto';
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import type { Pin } from '../../../lambdas/core/policy/policy.ts';
import { decodeText } from '../../../lambdas/core/text/decode.ts';
import { CliError, firstLine } from '../errors.ts';
import { addPins, pinsSection } from './add-pins.ts';
import { missingPins } from './missing-pins.ts';

/** What became of a policy file. */
export interface WrittenPins {
  readonly file: string;
  readonly created: boolean;
  /** What the file had not; empty = it was not touched. */
  readonly added: readonly Pin[];
}

/** Adds pins to a policy file, or makes one of them; throws `CliError`, and then nothing has changed. */
export async function writePins(file: string, pins: readonly Pin[]): Promise<WrittenPins> {
  const bytes = await readIfThere(file);
  if (bytes === null) {
    if (pins.length > 0) await write(file, newPolicyFile(pins));
    return { file, created: pins.length > 0, added: pins };
  }
  const parsed = parsePolicy(bytes);
  if (!('policy' in parsed)) throw hasMistakes(file, parsed.mistakes.length);
  const added = missingPins(pins, parsed.policy);
  if (added.length === 0) return { file, created: false, added };
  const { text, encoding } = decodeText(bytes);
  // With its byte order mark, if it has one; what was UTF-16 becomes UTF-8.
  const result = addPins(encoding === 'UTF-8' ? bytes.toString('utf8') : text, parsed.policy, added);
  if (result === null) throw unforeseenLayout(file);
  await write(file, result);
  return { file, created: false, added };
}

/** A whole policy file with nothing but pins. */
function newPolicyFile(pins: readonly Pin[]): string {
  return `# Who gets which fine-tuned checkpoints; sharing.example.yaml shows what else can be said.
version: 1

# Name your projects here, as in prod-eu: { id: proj_BBB }, and use the names below instead of the ids.
projects: {}

# Pinned by hand, as Terraform's resources were.
${pinsSection(pins)}`;
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw fileError(`${file} cannot be read: ${firstLine(error)}.`, error);
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text);
  } catch (error) {
    throw fileError(`${file} cannot be written: ${firstLine(error)}.`, error);
  }
}

function fileError(message: string, cause: unknown): CliError {
  return new CliError({ name: 'FileError', message, next: 'Name a policy file with --out.' }, { cause });
}

function hasMistakes(file: string, count: number): CliError {
  return new CliError({
    name: 'PolicyError',
    message: `${file} has ${count === 1 ? 'a mistake' : `${count} mistakes`} in it, so nothing was added.`,
    next: `See "ckpt config check ${file}", mend it, and repeat the command.`,
  });
}

function unforeseenLayout(file: string): CliError {
  return new CliError({
    name: 'PolicyError',
    message: `${file} writes its permissions in a way that nothing can be added to, so it was left as it is.`,
    next: 'Leave --out out to have the pins printed, and put them in by hand.',
  });
}

/**
 * Writes a file as a whole: at every moment, also after a crash, it has its old text or the new one. An existing file
 * keeps its mode, and a symbolic link goes on to point at it. Throws what the file system throws.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const target = (await ifThere(realpath(file))) ?? file;
  const mode = (await ifThere(stat(target)))?.mode;
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx', flush: true });
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function ifThere<Result>(asked: Promise<Result>): Promise<Result | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
