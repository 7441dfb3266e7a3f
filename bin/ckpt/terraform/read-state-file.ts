import { inputName, readInput } from '../read-input.ts';
import { readTerraformState } from './read-state.ts';
import type { TerraformState } from './state.ts';

const NEXT = 'Name a Terraform state, or the output of "terraform show -json"; "-" reads it from standard input.';

/** Reads a state from a file, or from standard input for `-`; throws `CliError`. */
export async function readStateFile(file: string, stdin?: AsyncIterable<Uint8Array>): Promise<TerraformState> {
  return readTerraformState(decode(await readInput(file, NEXT, stdin)), inputName(file));
}

/** PowerShell's `>` writes UTF-16. A byte order mark is left out. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
