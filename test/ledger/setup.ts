import type { TestProject } from 'vitest/node';
import { REGION } from '../local-cloud/cloud.ts';
import { startLocalCloud } from '../local-cloud/start.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The DynamoDB that the suite makes its tables in. */
    dynamo: { readonly endpoint: string; readonly region: string };
  }
}

/** The DynamoDB that AWS_ENDPOINT_URL_DYNAMODB names, else a local cloud of the suite's own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const named = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (named) {
    project.provide('dynamo', { endpoint: named, region: process.env.AWS_REGION || REGION });
    return undefined;
  }
  const cloud = await startLocalCloud({ onProgress: (line) => process.stdout.write(`${line}\n`) });
  project.provide('dynamo', { endpoint: cloud.endpoint, region: cloud.region });
  return () => cloud.stop();
}
