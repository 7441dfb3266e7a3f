/** A secret, without its value. */
export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  /** Stages (`AWSCURRENT`, `AWSPENDING`, `AWSPREVIOUS`) by the id of the version that has them; empty = it has no value. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
}

/** Whether an ARN, with or without its six random characters, or a name is this secret's. */
export function isNamed({ arn, name }: Pick<StoredSecret, 'arn' | 'name'>, id: string): boolean {
  return id === name || isSameSecret(arn, id);
}

/** Whether two ARNs are of one secret: one that was copied without its six random characters names it, too. */
export function isSameSecret(one: string, other: string): boolean {
  const isLonger = (long: string, short: string) => long.startsWith(`${short}-`) && long.length === short.length + 7;
  return one === other || isLonger(one, other) || isLonger(other, one);
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
  /** Moves a stage to a version, from the one that has it; to null, it only takes it away. */
  moveStage(secretId: string, stage: string, to: string | null, from: string | null): Promise<void>;
}
