import { spawn } from 'node:child_process';
import { CKPT } from '../ckpt/run-ckpt.ts';
import type { LocalCloud } from '../local-cloud/cloud.ts';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A CLI that runs. */
export interface Running {
  /** Sends it a signal, as Ctrl-C does. */
  interrupt(): void;
  /** The first line that it prints; never comes where it ends without one. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<CommandResult>;
}

/** Runs the CLI as a person would, against a local cloud. */
export function ckpt(
  cloud: LocalCloud,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
): Promise<CommandResult> {
  return startCkpt(cloud, args, env, input).ended;
}

/** The same, not waited for. The exit code is null where it ended by a signal; `input` is what standard input holds. */
export function startCkpt(
  cloud: LocalCloud,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string,
): Running {
  const child = spawn(process.execPath, [CKPT, ...args], {
    env: { ...process.env, ...cloud.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  // It may end without having read all of it.
  child.stdin?.once('error', () => undefined).end(input);
  const { promise: firstLine, resolve: onLine } = Promise.withResolvers<string>();
  const read = async (stream: NodeJS.ReadableStream | null, onText: (text: string) => void = () => undefined) => {
    let text = '';
    for await (const chunk of stream ?? []) {
      text += String(chunk);
      onText(text);
    }
    return text;
  };
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const onStdout = (text: string) => {
    if (text.includes('\n')) onLine(text.slice(0, text.indexOf('\n')));
  };
  const ended = Promise.all([read(child.stdout, onStdout), read(child.stderr), closed]).then(
    ([stdout, stderr, code]) => {
      return { code, stdout, stderr };
    },
  );
  return { interrupt: () => child.kill('SIGINT'), firstLine, ended };
}
