import { inputName, readTextInput } from '../read-input.ts';
import { readTerraformState } from './read-state.ts';
import type { TerraformState } from './state.ts';

const NEXT = 'Name a Terraform state, or the output of "terraform show -json"; "-" reads it from standard input.';

/** Reads a state from a file, or from standard input for `-`; throws `CliError`. */
export async function readStateFile(file: string, stdin?: AsyncIterable<Uint8Array>): Promise<TerraformState> {
  return readTerraformState(await readTextInput(file, NEXT, stdin), inputName(file));
}
