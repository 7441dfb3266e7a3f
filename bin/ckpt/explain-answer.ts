import type { Problem } from '../../lambdas/shared/contract/operator.ts';
import { firstLine } from './errors.ts';

/** What Lambda says when a function ended without an answer. */
interface LambdaFailure {
  readonly errorType?: unknown;
  readonly errorMessage?: unknown;
}

/** The function was started and failed. Its stack trace stays where it is. */
export function explainFunctionError(payload: unknown, functionName: string): Problem {
  const { errorType, errorMessage } = (payload ?? {}) as LambdaFailure;
  const type = typeof errorType === 'string' ? errorType : 'Error';
  const text = firstLine(typeof errorMessage === 'string' ? errorMessage : 'it gave no reason');
  if (/ResponseSizeTooLarge|RequestEntityTooLarge/.test(type) || /maximum allowed payload size/i.test(text)) {
    return {
      name: 'AnswerTooLargeError',
      message: `The answer of ${functionName} is larger than the 6 MB that Lambda hands over.`,
      next: 'Ask for less: --help shows how to narrow the question.',
    };
  }
  if (/timed out/i.test(text) || /Timedout/.test(type)) {
    return {
      name: 'FunctionTimeoutError',
      message: `${functionName} did not finish within its time limit.`,
      next: 'Ask again; if it stays so, its log shows what it waits for.',
    };
  }
  return {
    name: 'FunctionError',
    message: `${functionName} failed: ${type}: ${text}.`,
    next: 'Its log says more; if it does not even start, deploy the stack again.',
  };
}

/** Something answered, but not in the operator function's words. */
export function notTheOperator(functionName: string): Problem {
  return {
    name: 'UnexpectedAnswerError',
    message: `${functionName} answered with something that this command does not understand.`,
    next: 'Check --stack and --region, and that the stack was deployed from this checkout.',
  };
}
