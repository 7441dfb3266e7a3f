import type { OperateDeps } from '../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../lambdas/use-cases/operate/operate.ts';
import { operatorDeps } from '../use-cases/operate/ask.ts';
import { type LambdaServer, startLambda } from './lambda-server.ts';

/** A Lambda on loopback in which the real operator of a stack named CheckpointSharing runs, on ports in memory. */
export async function startStack(parts: Partial<OperateDeps> = {}): Promise<LambdaServer> {
  const operate = createOperator(operatorDeps(parts));
  return startLambda(async ({ functionName, payload }) => {
    if (functionName === 'CheckpointSharing-operator') return { returned: await operate(payload, 'request-1') };
    return { error: 'ResourceNotFoundException', status: 404, message: `Function not found: ${functionName}` };
  });
}
