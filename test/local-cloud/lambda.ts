import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { LocalCloud } from './cloud.ts';

export interface Invocation {
  /** What the function returned, parsed; undefined for nothing. */
  readonly payload: unknown;
  /** Set when the function threw or ran out of time. */
  readonly error: { readonly type: string; readonly message: string } | null;
}

/** Invokes a function and waits for its answer: with root's rights, or with those of a user of `createUser`. */
export async function invoke(
  caller: Pick<LocalCloud, 'client'>,
  functionName: string,
  event: unknown = {},
): Promise<Invocation> {
  const client = new LambdaClient(caller.client);
  try {
    const answer = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const text = Buffer.from(answer.Payload ?? []).toString('utf8');
    const payload: unknown = text === '' ? undefined : JSON.parse(text);
    if (answer.FunctionError === undefined) return { payload, error: null };
    const { errorType, errorMessage } = payload as { errorType?: string; errorMessage?: string };
    return { payload, error: { type: errorType ?? answer.FunctionError, message: errorMessage ?? text } };
  } finally {
    client.destroy();
  }
}
