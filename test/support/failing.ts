import type { FaultKind } from '../fake-openai/faults.ts';
import type { Random } from '../fake-openai/random.ts';

/** Every way in which OpenAI's answer may fail to come, but for those that take time. */
export const OPENAI_FAULTS: readonly FaultKind[] = [
  'throttled',
  'error-before',
  'error-after',
  'reset-before',
  'reset-after',
  'malformed',
];

/** Makes ports of which any call fails with this probability before it has done anything, and with the same after that. */
export function failingBy(next: Random, probability: number) {
  return <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, property, receiver) {
        const method = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (next() < probability) throw new Error('It was not done');
          const answer = await method.apply(target, args);
          if (next() < probability) throw new Error('It was done, and the answer was lost');
          return answer;
        };
      },
    });
}
