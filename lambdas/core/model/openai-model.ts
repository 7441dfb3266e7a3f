/** What the ledger remembers of one of OpenAI's models: a base model, or a checkpoint. */
export interface ModelRecord {
  readonly version: number;
  /** The model's id. */
  readonly model: string;
  /** When it shuts down, `YYYY-MM-DD`, as OpenAI last said; null while OpenAI has named no date. */
  readonly shutdownDate: string | null;
  /** Why the last look-up brought no answer; null when it did. */
  readonly note: string | null;
  /** Not to be looked up before this time, in milliseconds since the epoch; 0 = it never was. */
  readonly askAgainAt: number;
  /** Of a base model: by date of shutdown, how many days ahead it was last warned of. */
  readonly announced: Readonly<Record<string, number>>;
}

/** A model that was never looked up. */
export function newModel(model: string): ModelRecord {
  return { version: 0, model, shutdownDate: null, note: null, askAgainAt: 0, announced: {} };
}
