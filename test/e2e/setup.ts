import { createServer } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { LocalCloud } from '../local-cloud/cloud.ts';
import { startLocalCloud } from '../local-cloud/start.ts';
import { deploySandbox, type Sandbox } from '../sandbox/sandbox.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A local cloud that enforces IAM, over TLS, and the stack that is deployed in it. */
    cloud: Omit<LocalCloud, 'stop'>;
    sandbox: Sandbox;
    /** Where the deployed stack expects OpenAI: each test file starts its own fake there. */
    openaiPort: number;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cloud = await startLocalCloud({ enforceIam: true, tls: true });
  try {
    const openaiPort = await freePort();
    const sandbox = await deploySandbox(cloud, { openai: `http://127.0.0.1:${openaiPort}/v1` });
    const { stop: _, ...plain } = cloud;
    project.provide('cloud', plain);
    project.provide('sandbox', sandbox);
    project.provide('openaiPort', openaiPort);
  } catch (error) {
    await cloud.stop();
    throw error;
  }
  return () => cloud.stop();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
