import type { CliCommand, Session } from '../../../bin/ckpt/session.ts';

/** The document that a command makes in a session. */
export async function print<Options>(
  session: Session,
  command: CliCommand<Options>,
  options: Options,
  ...args: readonly string[]
): Promise<unknown> {
  return (await command.run(session, options, args)).document;
}
