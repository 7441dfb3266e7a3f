import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Pin } from '../../../lambdas/core/policy/policy.ts';
import { checkpoint, projectId, type Told } from '../../../lambdas/shared/contract/parts.ts';
import { group } from '../options.ts';
import { pinsSection } from '../pins/add-pins.ts';
import { countPermissions } from '../pins/missing-pins.ts';
import type { WrittenPins } from '../pins/write-pins.ts';
import { writePins } from '../pins/write-pins.ts';
import type { CliCommand } from '../session.ts';
import { groupByCheckpoint } from '../terraform/group-by-checkpoint.ts';
import { readStateFile } from '../terraform/read-state-file.ts';
import type { TerraformState } from '../terraform/state.ts';
import { oneLine } from '../text/paint.ts';

const pin = z.strictObject({ checkpoint, to: z.array(projectId).describe('Ids of the projects that are to have it.') });

const document = z
  .strictObject({
    permissions: z.array(pin).describe('Pins for sharing.yaml: all that the state holds, by project ids.'),
    problems: z
      .array(
        z.strictObject({
          address: z.string().describe('As Terraform names it.'),
          message: z.string().describe('What could not be used and what to do about it, whole sentences.'),
        }),
      )
      .describe('What in the state could not be used.'),
    written: z
      .strictObject({
        file: z.string().describe('The policy file, as it was named.'),
        created: z.boolean().describe('Whether it was made.'),
        added: z.array(pin).describe('What the file had not; empty = it was not touched.'),
      })
      .exactOptional()
      .describe('With --out only: what became of the policy file.'),
  })
  .describe('Pins made of a Terraform state.');
type MigrateDocument = Told<typeof document>;

export const migrateTerraform: CliCommand<{ readonly out?: string }> = {
  document,
  define: (program) =>
    group(program, 'migrate', 'take over what other tools manage')
      .command('terraform')
      .description('turn checkpoint permissions in a Terraform state into pins for sharing.yaml')
      .argument('<file>', 'a state, or the output of "terraform show -json"; - for standard input')
      .option('--out <file>', 'add the pins to this policy file, or make it', readOut)
      .addHelpText(
        'after',
        '\nOnly ids are taken from the state, which stays as it is. Nothing is asked of AWS, OpenAI or Terraform.',
      ),

  async run({ terminal }, { out }, [file = '']) {
    const state = await readStateFile(file);
    const pins = pinsOf(state);
    const written = out === undefined ? undefined : await writePins(out, pins);
    for (const sentence of remarksOn(state, pins)) terminal.err(`${oneLine(sentence)}\n`);
    const told: MigrateDocument = { permissions: pins, problems: state.problems, ...(written && { written }) };
    return {
      document: told,
      text: () => (written ? showWrittenPins(written) : showPrintedPins(pins)),
      exitCode: pins.length === 0 && state.problems.length > 0 ? 1 : 0,
    };
  },
};

function readOut(file: string): string {
  if (file === '') throw new InvalidArgumentError('The name of the file is empty.');
  if (file !== '-') return file;
  throw new InvalidArgumentError('Leave it out to have the pins printed.');
}

function pinsOf(state: TerraformState): readonly Pin[] {
  return groupByCheckpoint(state)
    .checkpoints.filter(({ projectIds }) => projectIds.length > 0)
    .map(({ checkpoint, projectIds }) => ({ checkpoint, to: projectIds }));
}

/** For people, beside the answer. */
function remarksOn({ permissions, problems }: TerraformState, pins: readonly Pin[]): readonly string[] {
  const mayHaveLost = permissions.some(({ checkpoint, projectIds }) => checkpoint !== null && projectIds.length === 1);
  return [
    ...problems.map(({ address, message }) => `${address}: ${message}`),
    ...(mayHaveLost ? [MAY_HAVE_LOST] : []),
    ...(pins.length === 0 && problems.length === 0 ? ['There is no checkpoint permission in this state.'] : []),
  ];
}

const MAY_HAVE_LOST =
  'A refresh makes the provider forget all but one project of a resource: compare the pins with project_ids in its configuration.';

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
