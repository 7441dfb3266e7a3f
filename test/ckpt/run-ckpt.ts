import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The launcher of the checkout, and with it the CLI as it is written. */
export const LAUNCHER = fileURLToPath(new URL('../../bin/ckpt.js', import.meta.url));

/** The CLI that is tried: as the package has it where that was made for all tests (packed-ckpt.ts), else the checkout's. */
export const CKPT = process.env.CKPT_LAUNCHER ?? LAUNCHER;

/** Makes a Node that could run TypeScript one that cannot, as the launcher sees it. */
export const AS_OLD_NODE = ['--no-experimental-strip-types'];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Where Lambda is. */
  readonly url?: string;
  /** On top of, or instead of, the usual environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder that it is run in; this process's unless told. */
  readonly cwd?: string;
  readonly nodeOptions?: readonly string[];
  readonly launcher?: string;
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the CLI in a process of its own, as a shell would, with nothing of this process's AWS settings. */
export async function runCkpt(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { url, env = {}, cwd, nodeOptions = [], launcher = CKPT, onStart } = options;
  const child = spawn(process.execPath, [...nodeOptions, launcher, ...args], {
    env: defined({
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'secret-access-key',
      AWS_SESSION_TOKEN: 'session-token',
      AWS_CONFIG_FILE: '/nowhere/config',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
  });
  onStart?.(child);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const [stdout, stderr, { code, signal }] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, signal, stdout, stderr };
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let whole = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    whole += chunk;
  });
  await new Promise((resolve) => stream.once('close', resolve));
  return whole;
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
