import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Command } from 'commander';
import { CliError, firstLine } from '../errors.ts';
import type { Session } from '../session.ts';

/** Adds `--show-once`. */
export function showOnceOption(command: Command): Command {
  return command.option('--show-once', 'also print the value, on a terminal only; takes the right to read its secret');
}

/** Throws `CliError` where a value would go anywhere but before somebody's eyes; asked before anything is made. */
export function expectTerminal({ terminal, json }: Session): void {
  if (terminal.columns !== null && !json) return;
  throw new CliError({
    name: 'NoTerminalError',
    message: 'A key is shown on a terminal only, and not with --json; nothing was made.',
    next: 'Leave --show-once out: the value goes into its secret, from where whoever may read it can take it.',
  });
}

/**
 * Prints the value that a secret holds. It is read with the rights of whoever asks: no function ever answers with one. That it
 * could not be read is told, and does not undo anything.
 */
export async function showValue(session: Session, secret: string): Promise<void> {
  const client = new SecretsManagerClient(await session.clientConfig('secrets_manager'));
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
    session.terminal.out(`${SecretString}\n`);
  } catch (error) {
    session.terminal.err(`The value cannot be shown: ${firstLine(error)}. It is in ${secret}.\n`);
  } finally {
    client.destroy();
  }
}
