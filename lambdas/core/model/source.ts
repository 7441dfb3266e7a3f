/** What is known of a source project beside its jobs. Times are milliseconds since the epoch. */
export interface SourceRecord {
  readonly alias: string;
  readonly lastWebhookAt: number | null;
  /** When one last came that only the secret's value before the present one showed to be genuine; left out: none has. */
  readonly lastUnderPreviousAt?: number;
  readonly lastJobId: string | null;
  readonly lastJobAt: number | null;
  /** The last job that was to be looked at and that OpenAI does not have, and when that was found; absent before the first. */
  readonly lastUnknownJobId?: string;
  readonly lastUnknownJobAt?: number;
}
