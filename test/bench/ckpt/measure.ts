import type { LocalCloud } from '../../local-cloud/cloud.ts';
import { ckpt } from '../../sandbox/ckpt.ts';
import { median, round } from '../median.ts';

/** What a person asks most, each as it is typed after `ckpt`. */
export const COMMANDS = ['list --json', 'status', 'plan'] as const;

const RUNS = 5;

/** One command, run as a whole process several times. */
export interface Row {
  readonly command: (typeof COMMANDS)[number];
  /** The run before the others: the function may have to start. */
  readonly firstSeconds: number;
  readonly medianSeconds: number;
  readonly slowestSeconds: number;
  /** Of standard output. */
  readonly bytes: number;
}

/** Runs one command against the deployed stack; throws where it does not end well. */
export async function measure(cloud: LocalCloud, command: Row['command']): Promise<Row> {
  const first = await once(cloud, command);
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) seconds.push((await once(cloud, command)).seconds);
  return {
    command,
    firstSeconds: round(first.seconds, 2),
    medianSeconds: round(median(seconds), 2),
    slowestSeconds: round(Math.max(...seconds), 2),
    bytes: first.bytes,
  };
}

async function once(cloud: LocalCloud, command: string) {
  const startedAt = performance.now();
  const { code, stdout, stderr } = await ckpt(cloud, command.split(' '));
  const seconds = (performance.now() - startedAt) / 1_000;
  if (code !== 0) throw new Error(`ckpt ${command} ended with ${code}: ${stderr || stdout}`);
  return { seconds, bytes: Buffer.byteLength(stdout) };
}
