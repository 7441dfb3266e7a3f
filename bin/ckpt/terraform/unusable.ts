import { CliError } from '../errors.ts';

const PULL =
  'Run "terraform state pull > FILE" or "terraform show -json > FILE" where the state is, and name that file.';

/**
 * The error for a text that is no Terraform state. It has no cause: the messages of JSON's own errors quote the text,
 * and a state holds secrets.
 */
export function unusable(message: string, next: string = PULL): CliError {
  return new CliError({ name: 'TerraformStateError', message, next });
}

/** `what` it is instead, as far as it can be told. */
export function noState(source: string, what?: string, next?: string): CliError {
  const told = what === undefined ? '' : `: it is ${what}`;
  return unusable(
    `${source} is JSON, but neither a Terraform state nor the output of "terraform show -json"${told}.`,
    next,
  );
}
