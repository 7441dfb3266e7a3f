/** A count or a size that must not grow. A broken one fails the whole bench; a time never does. */
export interface Limit {
  readonly what: string;
  readonly is: number;
  readonly atMost: number;
}

/** One part of the bench: its rows as they go into JSON, the same as a table for people, and what may fail it. */
export interface Section {
  readonly name: string;
  readonly rows: readonly object[];
  readonly text: string;
  readonly limits: readonly Limit[];
}

export function isBroken({ is, atMost }: Limit): boolean {
  return is > atMost;
}
