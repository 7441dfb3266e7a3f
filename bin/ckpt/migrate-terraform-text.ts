import type { Pin } from '../../lambdas/core/policy/policy.ts';
import { pinsSection } from './pins/add-pins.ts';
import { countPermissions } from './pins/missing-pins.ts';
import type { WrittenPins } from './pins/write-pins.ts';

/** A piece of YAML to be put into a policy file. */
export function showPrintedPins(pins: readonly Pin[]): string {
  return `# For sharing.yaml: what a Terraform state has of openai_fine_tuning_checkpoint_permission.\n${pinsSection(pins)}`;
}

export function showWrittenPins({ file, created, added }: WrittenPins): string {
  if (added.length === 0) return `There is nothing to add to ${file}; it was left as it is.\n`;
  const many = countPermissions(added);
  const what = `${many} ${many === 1 ? 'permission' : 'permissions'} of ${added.length} ${added.length === 1 ? 'checkpoint' : 'checkpoints'}`;
  return [
    created ? `Made ${file} with ${what}.` : `Added ${what} to ${file}.`,
    'Deploy it, and see with "ckpt list" that they are active. Only then take the resources out of Terraform:',
    '"terraform state rm ADDRESS", and out of its configuration, leaves OpenAI as it is; a destroy would revoke them.',
    '',
  ].join('\n');
}
