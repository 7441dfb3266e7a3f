/** So long, in milliseconds, a function may go on with a value that it has read, though another one has been put in. */
export const SECRET_CACHE_MS = 5 * 60_000;

export interface ReadSecretOptions {
  /** Goes past any cache. */
  readonly fresh?: boolean;
}

/** How the key of a call is asked for. */
export interface ReadKeyOptions extends ReadSecretOptions {
  /** The very one that OpenAI has refused, which is not to be given again. */
  readonly refused?: string;
}

/** Gives what a call to OpenAI is made with: the key in a secret, or a token. */
export type ReadKey = (options?: ReadKeyOptions) => Promise<string>;

/** Secrets by ARN or name. Throws `SecretUnusableError`. */
export interface Secrets {
  /** The current value, trimmed, whatever it is: a key is read with `readKey`, which judges it. */
  current(secretId: string, options?: ReadSecretOptions): Promise<string>;
  /**
   * The current value and, where there are, the previous and the pending one, which a rotation is about to make current; the
   * previous is empty where there is only a pending one.
   */
  currentAndPrevious(secretId: string, options?: ReadSecretOptions): Promise<readonly string[]>;
}

export interface SecretDates {
  /** When the current value was put in, in milliseconds since the epoch; null where nobody tells. Throws `SecretUnusableError`. */
  changedAt(secretId: string): Promise<number | null>;
}
