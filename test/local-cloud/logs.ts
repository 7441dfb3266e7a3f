import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { LocalCloud } from './cloud.ts';
import { send } from './request.ts';

interface Page {
  readonly events: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

/**
 * Every line that a function has logged, oldest first, Lambda's own START, END and REPORT lines included. An invocation's
 * lines are there once it has ended. Empty for a function that has not run.
 */
export async function functionLogs(cloud: LocalCloud, functionName: string): Promise<string[]> {
  const client = new LambdaClient(cloud.client);
  try {
    const { LoggingConfig } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    return await groupLogs(cloud, LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`);
  } finally {
    client.destroy();
  }
}

/** Every line of a log group, oldest first; empty where there is no such group yet. */
export async function groupLogs(cloud: LocalCloud, logGroupName: string): Promise<string[]> {
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await filterLogEvents(cloud, { logGroupName, nextToken });
    lines.push(...page.events.map((event) => event.message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return lines;
}

/** By hand, for the sake of one client package less. Root's signature is not checked, only its key id is read. */
async function filterLogEvents(cloud: LocalCloud, input: object): Promise<Page> {
  const scope = `${cloud.client.credentials.accessKeyId}/20200101/${cloud.region}/logs/aws4_request`;
  const answer = await send(cloud, {
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  });
  if (answer.status === 200) return JSON.parse(answer.body) as Page;
  if (answer.body.includes('ResourceNotFoundException')) return { events: [] };
  throw new Error(`FilterLogEvents answered ${answer.status}: ${answer.body}`);
}
