/** How a piece of work ended: done, to be tried again after a time, or never to succeed as it stands. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterSeconds: number; readonly reason: string }
  | { readonly kind: 'terminal'; readonly reason: string };

export const done: Outcome = { kind: 'done' };

export function retry(afterSeconds: number, reason: string): Outcome {
  return { kind: 'retry', afterSeconds, reason };
}

export function terminal(reason: string): Outcome {
  return { kind: 'terminal', reason };
}
