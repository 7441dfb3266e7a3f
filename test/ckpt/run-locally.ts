import { spawnSync } from 'node:child_process';
import { CKPT } from './run-ckpt.ts';

export interface RunLocally {
  readonly cwd?: string;
  /** What standard input holds. */
  readonly input?: string | Uint8Array;
  /** Whether it shows where errors come from. */
  readonly debug?: boolean;
}

/** Runs the CLI where there is nothing of AWS: no credentials, no region, no endpoint. */
export function runLocally(args: readonly string[], { cwd, input = '', debug = false }: RunLocally = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CKPT, ...args], {
    cwd,
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: 'true', ...(debug && { CKPT_DEBUG: '1' }) },
  });
  return { code: status, stdout, stderr };
}
