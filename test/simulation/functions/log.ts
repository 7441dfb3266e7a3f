import type { Log } from '../../../lambdas/core/ports/runtime.ts';
import type { Process } from '../engine/process.ts';
import type { World } from '../world.ts';

/** Into the trace; an error that is logged is judged as one that is thrown. */
export function logOf({ trace, watch }: World, { name }: Process): Log {
  const write = (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    trace.add(name, `"${message}"`, fields);
    if (fields.error instanceof Error) watch.onFailure(fields.error);
  };
  return { info: write, warn: write, error: write };
}
