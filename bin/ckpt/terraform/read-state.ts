import { isJobId } from './ids.ts';
import { type Instance, JOB_TYPE, PERMISSION_TYPE } from './instance.ts';
import type { Fields } from './json.ts';
import { parseText } from './parse-text.ts';
import { readPermission } from './read-permission.ts';
import { instancesOfShowOutput } from './show-output.ts';
import type { StateProblem, TerraformPermission, TerraformState } from './state.ts';
import { instancesOfStateFile } from './state-file.ts';
import { unusable } from './unusable.ts';

const DEPOSED =
  'Terraform has replaced this object and is about to destroy it, so it was left out: pin it by hand if it is to stay.';

/**
 * Reads the checkpoint permissions of the provider mkdev-me/openai (v1) out of a Terraform state: a state file of
 * version 4, or the output of `terraform show -json` of a state or a plan. A state holds secrets, so only ids of the
 * known forms, and addresses, are ever taken from it, also into errors. Throws `CliError` for any other text; `source`
 * is how its sentences name the text.
 */
export function readTerraformState(text: string, source = 'The text'): TerraformState {
  const instances = instancesOf(parseText(text, source), source);
  const permissions: TerraformPermission[] = [];
  const problems: StateProblem[] = [];
  for (const instance of instances.filter(({ type }) => type === PERMISSION_TYPE)) {
    const { address } = instance;
    if (instance.isDeposed) {
      problems.push({ address, message: DEPOSED });
      continue;
    }
    const { permission, messages } = readPermission(instance);
    permissions.push(permission);
    for (const message of messages) problems.push({ address, message });
  }
  return { permissions, problems, jobIds: jobIdsOf(instances) };
}

function instancesOf(document: Fields, source: string): readonly Instance[] {
  if ('encrypted_data' in document) {
    throw unusable(
      `${source} is encrypted by OpenTofu.`,
      'Run "tofu state pull > FILE" or "tofu show -json > FILE" where its key is configured, and name that file.',
    );
  }
  if ('format_version' in document) return instancesOfShowOutput(document, source);
  return instancesOfStateFile(document, source);
}

function jobIdsOf(instances: readonly Instance[]): readonly string[] {
  const ids = instances.filter(({ type }) => type === JOB_TYPE).map(({ attributes }) => attributes?.id);
  return [...new Set(ids.filter(isJobId))];
}
