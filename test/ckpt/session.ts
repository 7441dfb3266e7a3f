import type { Operator } from '../../bin/ckpt/aws/operator-function.ts';
import { CliError } from '../../bin/ckpt/errors.ts';
import type { Session } from '../../bin/ckpt/session.ts';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import { KEYS_COMMANDS } from '../../lambdas/shared/contract/commands.ts';
import type { OperatorRequest, ResultOf } from '../../lambdas/shared/contract/operator.ts';
import { createKeys } from '../../lambdas/use-cases/keys/keys.ts';
import type { OperateDeps } from '../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../lambdas/use-cases/operate/operate.ts';
import type { KeysScene } from '../use-cases/keys/keys-scene.ts';
import { NOW, operatorDeps } from '../use-cases/operate/ask.ts';

/**
 * A session in this process with the real operator behind it, on ports in memory. Its clock is the operator's, and goes on
 * only while it sleeps. What is about keys is asked of the keys function, where there is one.
 */
export function openTestSession(
  parts: Partial<OperateDeps> = {},
  answers: readonly string[] | null = null,
  keys?: KeysScene,
) {
  let now = NOW;
  const slept: number[] = [];
  let requests = 0;
  const operate = createOperator(operatorDeps({ now: () => now, ...parts }));
  const asked: string[] = [];
  const said: string[] = [];
  const left = [...(answers ?? [])];
  const operator: Operator = {
    async ask<Request extends OperatorRequest>(request: Request) {
      const functionOf = request.command in KEYS_COMMANDS && keys !== undefined ? createKeys(keys.deps) : operate;
      const answer = await functionOf(JSON.parse(JSON.stringify(request)), `request-${++requests}`);
      if (!answer.ok) throw new CliError(answer.error, { retryAfterSeconds: answer.retryAfterSeconds });
      return answer.result as ResultOf<Request['command']>;
    },
    region: async () => 'eu-west-1',
  };
  const session: Session = {
    stack: 'CheckpointSharing',
    operator,
    terminal: {
      out: () => undefined,
      err: (text) => void said.push(text),
      columns: null,
      color: false,
      watched: false,
      ask:
        answers === null
          ? null
          : async (question) => {
              asked.push(question);
              return left.shift() ?? '';
            },
    },
    clientConfig: async () => ({}),
    paint: createPaint(false),
    json: false,
    now: () => now,
    sleep: async (ms) => {
      now += ms;
      slept.push(ms);
    },
  };
  return { session, said, asked, slept };
}
