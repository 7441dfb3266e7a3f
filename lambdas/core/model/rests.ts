/** Why no admin call of this stack is worth making for a while. */
export type KeyRest =
  /** OpenAI does not take the admin key. */
  | 'key-refused'
  /** The secret holds nothing that could be sent as a key. Read again every time, since that costs no call. */
  | 'key-unusable'
  /** The key works, and belongs to an organisation that knows none of our projects. */
  | 'wrong-key'
  /** Nobody can tell whose it is, and OpenAI refuses all that it is used for. */
  | 'key-doubted';

/** Why calls to one endpoint are not. */
export type EndpointRest =
  /** The key lacks a scope, which other endpoints do without. */
  | 'scope-missing'
  /** The organisation's account: its quota, its bill. */
  | 'account-refused'
  /** OpenAI, or what stands before it, does not let this stack in: its country, its address, its host name. */
  | 'caller-refused';

export type RestKind = KeyRest | EndpointRest;

export interface Rest {
  readonly kind: RestKind;
  /** For a person to read. */
  readonly reason: string;
  /** When it was first refused, and then every time. Milliseconds since the epoch, as `until`. */
  readonly since: number;
  readonly until: number;
  /** How often in a row it was refused. */
  readonly tries: number;
}

/**
 * How the admin key stands where nobody can tell whose it is. A single refusal need not be meant for the key; several in a
 * row, with nothing of ours shown or let change in between, are what another organisation's key is told.
 */
export interface KeyStanding {
  /** Something of ours was shown to it, or it was let change it. */
  readonly isOurs: boolean;
  /** The first checkpoints and projects that were refused to it, no more than `MANY`. */
  readonly refused: readonly string[];
  /** When the first was; ms since the epoch. */
  readonly since: number;
}

/**
 * What this stack does not ask OpenAI for just now. Other stacks of the organisation, which share the pacer, have keys and
 * addresses of their own: what holds for all of them is the pacer's to hold.
 */
export interface Rests {
  readonly version: number;
  /** Of every admin call. */
  readonly key: Rest | null;
  /** By the pacer's name of the endpoint. */
  readonly endpoints: Readonly<Record<string, Rest>>;
  /** Tells the key that was used from another one, with which all is tried anew; null = not known. */
  readonly keyMark: string | null;
  /** Of that key; left out while there is no need of it. */
  readonly standing?: KeyStanding;
}

export const NO_RESTS: Rests = { version: 0, key: null, endpoints: {}, keyMark: null };
