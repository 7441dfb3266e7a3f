import { CliError } from '../../bin/ckpt/errors.ts';
import type { Operator } from '../../bin/ckpt/invoke.ts';
import { createPaint } from '../../bin/ckpt/paint.ts';
import type { Session } from '../../bin/ckpt/session.ts';
import type { OperatorRequest, ResultOf } from '../../lambdas/shared/contract/operator.ts';
import type { OperateDeps } from '../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../lambdas/use-cases/operate/operate.ts';
import { operatorDeps } from '../use-cases/operate/ask.ts';

/** A session in this process with the real operator behind it, on ports in memory. */
export function openTestSession(parts: Partial<OperateDeps> = {}, answers: readonly string[] | null = null) {
  const operate = createOperator(operatorDeps(parts));
  const asked: string[] = [];
  const said: string[] = [];
  const left = [...(answers ?? [])];
  const operator: Operator = {
    async ask<Request extends OperatorRequest>(request: Request) {
      const answer = await operate(JSON.parse(JSON.stringify(request)), 'request-1');
      if (!answer.ok) throw new CliError(answer.error);
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
    paint: createPaint(false),
  };
  return { session, said, asked };
}
