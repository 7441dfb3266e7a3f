import { readFileSync } from 'node:fs';
import { SettingsError } from '../../core/errors.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { readPolicy } from '../../core/policy/read-policy.ts';
import { POLICY_FILE } from '../contract/names.ts';

/**
 * The policy that was deployed with this code: a file beside it, so that one deploy changes both and a rollback takes
 * both back. Throws `SettingsError` where it cannot be read; it is never taken for an empty one.
 */
export function loadPolicy(folder: string | URL = new URL('.', import.meta.url)): Policy {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(new URL(POLICY_FILE, folder), 'utf8'));
  } catch (cause) {
    throw new SettingsError(`${POLICY_FILE} beside the function's code cannot be read. Deploy again.`, { cause });
  }
  return readPolicy(json);
}
