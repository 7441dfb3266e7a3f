import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { send } from './request.ts';

const RUN = fileURLToPath(new URL('run.py', import.meta.url));
const READY_WITHIN_MS = 60_000;
const GONE_WITHIN_MS = 5_000;

/**
 * Starts MiniStack as the leader of its own process group, which its functions join. Its standard input ends with this
 * process, however that ends, and run.py then ends the group.
 */
export function launch(python: string, env: Record<string, string>, directory: string, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    const server = spawn(python, [RUN], { cwd: directory, env, detached: true, stdio: ['pipe', log, log] });
    // A starter that forgot to stop it may still end.
    server.unref();
    (server.stdin as unknown as { unref(): void } | null)?.unref();
    return server;
  } finally {
    closeSync(log);
  }
}

/** Waits until this very instance answers. If it ends before, the error carries the end of its log. */
export async function untilReady(
  server: ChildProcess,
  address: { readonly endpoint: string; readonly caFile: string | null; readonly mark: string },
  logFile: string,
): Promise<void> {
  let spawnError: Error | undefined;
  server.once('error', (error) => {
    spawnError = error;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (spawnError)
      throw new Error(`The local cloud could not be started: ${spawnError.message}`, { cause: spawnError });
    if (hasEnded(server)) {
      throw new Error(`The local cloud ended while it started. The end of its log:\n${await tail(logFile)}`);
    }
    const answer = await send(address, { path: '/_localstack/health' }).catch(() => undefined);
    if (answer?.status === 200 && answer.body.includes(address.mark)) return;
    await sleep(50);
  }
  throw new Error(
    `The local cloud did not answer within ${READY_WITHIN_MS / 1000} s. The end of its log:\n${await tail(logFile)}`,
  );
}

/** Ends the whole process group (there is nothing in it to save), waits until it is gone, and removes its files. */
export async function end(server: ChildProcess, directory: string): Promise<void> {
  if (server.pid !== undefined) {
    server.ref();
    const exited = hasEnded(server) ? undefined : once(server, 'exit');
    signalGroup(server.pid, 'SIGKILL');
    await exited;
    // Killed, the functions still have to be reaped by the system's first process, which in a container may never do so.
    const deadline = Date.now() + GONE_WITHIN_MS;
    while (signalGroup(server.pid, 0) && Date.now() < deadline) await sleep(10);
  }
  await rm(directory, { recursive: true, force: true });
}

function hasEnded(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}

/** False when the group is gone. */
function signalGroup(leader: number, signal: 'SIGKILL' | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

async function tail(logFile: string): Promise<string> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  return log.trimEnd().split('\n').slice(-15).join('\n');
}
