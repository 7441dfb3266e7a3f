import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own, which is gone with its scope. */
export async function aFolder() {
  const path = await mkdtemp(join(tmpdir(), 'ckpt-'));
  return {
    path,
    in: (name: string) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}
