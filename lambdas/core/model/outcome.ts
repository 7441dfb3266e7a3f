/** How a piece of work ended: done, or to be tried again after a time. What can never succeed is told where it is seen, and done. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterSeconds: number; readonly reason: string };

export const done: Outcome = { kind: 'done' };

export function retry(afterSeconds: number, reason: string): Outcome {
  return { kind: 'retry', afterSeconds, reason };
}
