import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_STACK_NAME } from '../../lambdas/shared/contract/names.ts';

/** What every command takes. */
export interface GlobalOptions {
  readonly stack: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: true;
  readonly color: boolean;
}

export function addGlobalOptions(program: Command): Command {
  return program
    .option('--stack <name>', 'the stack to speak to', readStackName, DEFAULT_STACK_NAME)
    .option('--region <region>', 'its AWS region (default: as the AWS CLI finds it)')
    .option('--profile <name>', 'AWS profile to use (default: as the AWS CLI finds it)')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .option('--no-color', 'print without colours (also: NO_COLOR=1)');
}

/** CloudFormation's rule for stack names. Also finds an option that was given no value and took the next word. */
function readStackName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) return name;
  throw new InvalidArgumentError('A stack name is letters, digits and hyphens, a letter first.');
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time such as `90s`, `10m` or `1h`, in milliseconds. */
export function readDuration(text: string): number {
  const [, count, unit] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  throw new InvalidArgumentError('A time is a number and s, m or h: 90s, 10m, 1h.');
}

/** The same in longer measures, `12h` or `30d`, in milliseconds. */
export function readDays(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})(h|d)$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  throw new InvalidArgumentError('A time is a number and h or d: 12h, 30d.');
}

/** For an option that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/**
 * The command of this name that only holds subcommands; made by whoever asks for it first. Called without one of them
 * it shows its help and ends as a mistake, as `ckpt` itself does.
 */
export function group(program: Command, name: string, description: string): Command {
  const made = program.commands.find((command) => command.name() === name);
  return made ?? program.command(name).description(description);
}
