import { isJobId } from './ids.ts';
import { type Instance, JOB_TYPE, PERMISSION_TYPE } from './instance.ts';
import { type Fields, fieldsOf, isFields } from './json.ts';
import { parseText } from './parse-text.ts';
import { readPermission } from './read-permission.ts';
import { instancesOfShowOutput } from './show-output.ts';
import type { StateProblem, TerraformPermission, TerraformState } from './state.ts';
import { instancesOfStateFile } from './state-file.ts';
import { noState, unusable } from './unusable.ts';

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
  const other = OTHER_JSON.find(({ fits }) => fits(document));
  if (other !== undefined) throw noState(source, other.what, other.next);
  return instancesOfStateFile(document, source);
}

/** JSON that has to do with Terraform and is no state. */
const OTHER_JSON: readonly {
  readonly fits: (document: Fields) => boolean;
  readonly what: string;
  readonly next?: string;
}[] = [
  {
    fits: ({ data }) => [data].flat().some((item) => 'attributes' in fieldsOf(item)),
    what: 'an answer of the API of HCP Terraform (Terraform Cloud) about a state, which links to it',
    next: 'Run "terraform state pull > FILE" in that workspace, or download what hosted-state-download-url in it names, and name that file.',
  },
  {
    fits: (document) =>
      !('version' in document) &&
      Object.values(document).some((output) => isFields(output) && 'sensitive' in output && 'value' in output),
    what: 'the output of "terraform output -json", which holds no resources',
  },
  {
    fits: ({ deployment, checkpoint }) => isFields(deployment) || isFields(checkpoint),
    what: 'a state of Pulumi, of which this command knows nothing',
    next: 'Pin by hand what it shares ("ckpt share", or permissions in sharing.yaml).',
  },
  {
    fits: (document) =>
      !('version' in document) && ['errors', 'error', 'message', '__type'].some((key) => key in document),
    what: 'an error of the service that was asked for the state: it says why',
  },
  {
    fits: ({ Modules: modules }) => Array.isArray(modules),
    what: 'the list of modules that Terraform keeps in .terraform',
  },
  { fits: (document) => 'Operation' in document && 'Who' in document, what: 'the lock of a state' },
  { fits: (document) => 'terraform_outdated' in document, what: 'the output of "terraform version -json"' },
  { fits: (document) => '@level' in document, what: 'a line of the log of a command with -json' },
  {
    fits: ({ kind, apiVersion }) => typeof kind === 'string' && typeof apiVersion === 'string',
    what: 'an object of Kubernetes, where its backend keeps the state compressed',
  },
  {
    fits: (document) =>
      ['resource', 'provider', 'terraform', 'module', 'variable'].some((key) => isFields(document[key])),
    what: 'a configuration in JSON (.tf.json)',
  },
];

function jobIdsOf(instances: readonly Instance[]): readonly string[] {
  const ids = instances.filter(({ type }) => type === JOB_TYPE).map(({ attributes }) => attributes?.id);
  return [...new Set(ids.filter(isJobId))];
}
