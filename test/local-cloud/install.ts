import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPython } from './python.ts';

const run = promisify(execFile);
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** Where the checkout keeps its virtual environments, one per digest of the requirements. Not in git. */
export const ENVIRONMENTS = fileURLToPath(new URL('../../.local/venv', import.meta.url));

/**
 * Makes MiniStack's virtual environment if it is not there, and returns its Python. An environment is built under a name
 * of its own and renamed when it is whole: what has the final name is complete, and of two processes at once the later
 * one takes the earlier one's. (Renamed, only its console scripts stop working, and nothing here runs those.)
 */
export async function installMiniStack(
  options: { readonly environments?: string; readonly onProgress?: (line: string) => void } = {},
): Promise<string> {
  const environments = options.environments ?? ENVIRONMENTS;
  const requirements = await readFile(REQUIREMENTS);
  const digest = createHash('sha256').update(requirements).digest('hex').slice(0, 16);
  const home = join(environments, digest);
  const python = join(home, 'bin', 'python');
  if (existsSync(python)) return python;

  const base = await findPython();
  options.onProgress?.('Installing MiniStack, the local cloud, into .local/venv (once, about 80 MB)');
  await mkdir(environments, { recursive: true });
  await removeAbandoned(environments);
  const building = `${home}.${randomUUID()}`;
  try {
    await step(base, ['-m', 'venv', building]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--require-hashes'];
    await step(join(building, 'bin', 'python'), [...pip, '--only-binary', ':all:', '-r', REQUIREMENTS]);
    await publish(building, home, python);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return python;
}

async function publish(building: string, home: string, python: string): Promise<void> {
  try {
    await rename(building, home);
  } catch (error) {
    if (existsSync(python)) return;
    // A home without a Python: the base Python was removed or upgraded since, and the link points nowhere.
    if (!existsSync(home)) throw error;
    await rm(home, { recursive: true, force: true });
    await rename(building, home);
  }
}

/** What an interrupted installation left. An hour is far beyond the longest that one takes. */
async function removeAbandoned(environments: string): Promise<void> {
  for (const name of await readdir(environments)) {
    const path = join(environments, name);
    if (!name.includes('.')) continue;
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > 3_600_000) await rm(path, { recursive: true, force: true });
  }
}

async function step(command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, args, { maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-8).join('\n');
    throw new Error(
      `The local cloud could not be installed: "${command} ${args.slice(0, 3).join(' ')} …" said:\n${said}`,
      { cause: error },
    );
  }
}
