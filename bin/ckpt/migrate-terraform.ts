import { InvalidArgumentError } from 'commander';
import type { Pin } from '../../lambdas/core/policy/policy.ts';
import { group } from './group.ts';
import { showPrintedPins, showWrittenPins } from './migrate-terraform-text.ts';
import { oneLine } from './one-line.ts';
import { type WrittenPins, writePins } from './pins/write-pins.ts';
import type { CliCommand } from './session.ts';
import { groupByCheckpoint } from './terraform/group-by-checkpoint.ts';
import { readStateFile } from './terraform/read-state-file.ts';
import type { StateProblem, TerraformState } from './terraform/state.ts';

/** What `ckpt migrate terraform --json` prints. */
export interface MigrateDocument {
  /** All that the state holds, by project ids. */
  readonly permissions: readonly Pin[];
  readonly problems: readonly StateProblem[];
  /** With `--out` only. */
  readonly written?: WrittenPins;
}

export const migrateTerraform: CliCommand<{ readonly out?: string }> = {
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
    const document: MigrateDocument = { permissions: pins, problems: state.problems, ...(written && { written }) };
    return {
      document,
      text: () => (written ? showWrittenPins(written) : showPrintedPins(pins)),
      exitCode: pins.length === 0 && state.problems.length > 0 ? 1 : 0,
    };
  },
};

function readOut(file: string): string {
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
