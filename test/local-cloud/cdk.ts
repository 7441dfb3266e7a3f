import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LocalCloud } from './cloud.ts';
import { CHECKOUT, NODE } from './environment.ts';

/** Told one line at a time. */
export type Listener = (line: string) => void;

const CLI = join(CHECKOUT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const QUIET = ['--ci', '--no-color', '--no-notices', '--version-reporting=false'];

/**
 * Runs one command of the CDK CLI against the cloud, in a directory whose cdk.json it heeds (default: the checkout). When it
 * fails, the error carries the end of what it said.
 */
export async function cdk(
  cloud: LocalCloud,
  args: readonly string[],
  { onLine, directory = CHECKOUT }: { readonly onLine?: Listener | undefined; readonly directory?: string } = {},
): Promise<void> {
  const child = spawn(NODE, [CLI, ...args, ...QUIET], {
    cwd: directory,
    env: { ...process.env, ...cloud.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return;
      said.push(line);
      onLine?.(line);
    });
  }
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 'an unknown cause'));
  });
  if (code !== 0) {
    throw new Error(`"cdk ${args[0]}" failed (${code}). The end of what it said:\n${said.slice(-30).join('\n')}`);
  }
}
