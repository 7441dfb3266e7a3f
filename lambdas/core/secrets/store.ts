/** A secret, without its value. */
export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  /** Stages (`AWSCURRENT`, `AWSPENDING`, `AWSPREVIOUS`) by the id of the version that has them; empty = it has no value. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
}

/** Where the values of keys are put. Each method may throw `SecretUnusableError`, which never holds a value. */
export interface SecretStore {
  /** By ARN or name; undefined where there is none. */
  describe(secretId: string): Promise<StoredSecret | undefined>;
  /** Makes an empty one and gives its ARN back; one of that name that is there already is as good. */
  create(name: string, description: string): Promise<string>;
  /** The value of a version; null where it has none. */
  read(secretId: string, version: { readonly stage: string } | { readonly id: string }): Promise<string | null>;
  /** `token` is the id of the new version, one put with it before is left; current unless `stages` say otherwise. */
  put(
    secretId: string,
    value: string,
    version?: { readonly token?: string; readonly stages?: readonly string[] },
  ): Promise<void>;
  /** Moves a stage to a version, from the one that has it. */
  moveStage(secretId: string, stage: string, to: string, from: string | null): Promise<void>;
}
