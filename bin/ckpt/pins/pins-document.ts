import type { Pin } from '../../../lambdas/core/policy/policy.ts';
import { blockItems } from './pin-text.ts';

/** The section of a policy file that pins are. */
export function pinsSection(pins: readonly Pin[]): string {
  return pins.length === 0 ? 'permissions: []\n' : `permissions:\n${blockItems(pins, '  ')}\n`;
}

/** A whole policy file with nothing but pins. */
export function newPolicyFile(pins: readonly Pin[]): string {
  return `# Who gets which fine-tuned checkpoints; sharing.example.yaml shows what else can be said.
version: 1

# Name your projects here, as in prod-eu: { id: proj_BBB }, and use the names below instead of the ids.
projects: {}

# Pinned by hand, as Terraform's resources were.
${pinsSection(pins)}`;
}
