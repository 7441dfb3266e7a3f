import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
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

/** An instance that has read no secret yet, in place of the half minute until one that could not use it looks again. */
export async function startAnew({ client: config }: Pick<LocalCloud, 'client'>, FunctionName: string): Promise<void> {
  const client = new LambdaClient(config);
  try {
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables, STARTED: new Date().toISOString() };
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  } finally {
    client.destroy();
  }
}
