import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundle } from '../../../lib/bundle.ts';
import type { Done, Order } from './process.ts';

/** What Node takes for its heap where it finds 512 MB: `v8.getHeapStatistics()` in a container of that size. */
const AS_IN_512_MB = ['--max-old-space-size=256', '--max-semi-space-size=1'];

/** Bundles the process as the stack bundles a function; returns the path of the module. */
export function bundleProcess(directory: string): string {
  return bundle(join(import.meta.dirname, 'process.ts'), directory);
}

/** Carries an order out in a fresh process with the heap of the function. */
export async function run(module: string, order: Order): Promise<Done> {
  const child = fork(module, { execArgv: AS_IN_512_MB, silent: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'exit').then(([code, signal]): never => {
    throw new Error(`The measured process ended with ${code ?? signal}: ${output.slice(-2_000)}`);
  });
  child.send(order);
  return Promise.race([once(child, 'message').then(([done]) => done as Done), ended]);
}
