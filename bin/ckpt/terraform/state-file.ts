import { addressOf } from './address.ts';
import { type Instance, isOfInterest } from './instance.ts';
import { type Fields, fieldsOf, isFields } from './json.ts';
import { noState, unusable } from './unusable.ts';

const VERSION = 4;

/** The instances in a state file, as `terraform state pull` prints it and the local backend keeps it. */
export function instancesOfStateFile(document: Fields, source: string): readonly Instance[] {
  const { version, resources } = document;
  if (typeof version !== 'number') throw noState(source);
  // `modules`, which Terraform 0.12 leaves in it, has no resources either.
  if (isFields(document.backend) || isFields(document.state_store)) {
    throw unusable(
      `${source} has no resources in it: it is what Terraform keeps in .terraform, the settings of the backend where the state is.`,
      'Run "terraform state pull > FILE" in that configuration, and name that file.',
    );
  }
  if (version < VERSION) {
    throw unusable(
      `${source} is a state of version ${version}, which Terraform 0.11 and before wrote.`,
      'Run "terraform state pull > FILE" with a current Terraform, which brings it to version 4, and name that file.',
    );
  }
  if (version > VERSION) {
    throw unusable(
      `${source} is a state of version ${version}; this command knows version 4.`,
      'Run "terraform show -json > FILE", whose form stays the same, and name that file.',
    );
  }
  if (!Array.isArray(resources)) throw noState(source);
  return resources.map(fieldsOf).filter(isOfInterest).flatMap(instancesOf);
}

function instancesOf({ module, type, name, instances }: Fields): readonly Instance[] {
  const listed: readonly unknown[] = Array.isArray(instances) ? instances : [{}];
  return listed.map(fieldsOf).map((instance) => ({
    address: addressOf(module, String(type), name, instance.index_key),
    type: String(type),
    isDeposed: typeof instance.deposed === 'string',
    attributes: isFields(instance.attributes) ? instance.attributes : null,
  }));
}
