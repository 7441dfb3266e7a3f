import type { CliCommand, Session } from '../../../bin/ckpt/session.ts';
import { startKeysScene } from '../../use-cases/keys/keys-scene.ts';
import { expectDocument } from '../published-schema.ts';
import { openTestSession } from '../session.ts';

export const WAITING = { timeout: 60_000 } as const;

/** The keys function on a fake OpenAI, and a session that asks it; what it prints has to be what is published. */
export async function openKeys() {
  const keys = await startKeysScene();
  const { session, said } = openTestSession({}, null, keys);
  return {
    keys,
    session,
    said,
    async run<Options extends { readonly timeout: number }>(
      command: CliCommand<Options>,
      name: string,
      options: Omit<Options, 'timeout'>,
      args: readonly string[] = [],
      parts: Partial<Session> = {},
    ) {
      const answer = await command.run({ ...session, ...parts }, { ...WAITING, ...options } as Options, args);
      expectDocument(name, answer.document);
      // The document of a command is for its own test to look into.
      return { exitCode: answer.exitCode ?? 0, text: answer.text(), document: answer.document as Document };
    },
    [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose](),
  };
}

export type Keys = Awaited<ReturnType<typeof openKeys>>;

interface Document {
  readonly id: string;
  readonly secret: string;
}
