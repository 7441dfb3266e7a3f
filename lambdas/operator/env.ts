import { ENV } from '../shared/contract/names.ts';
import { gather, parseMap, readEnv } from '../shared/runtime/env.ts';

export interface OperatorSettings {
  readonly names: Readonly<Record<keyof typeof NAMES, string>>;
  /** Source alias → ARN or name of the secret that holds its project key. */
  readonly projectKeys: ReadonlyMap<string, string>;
  /** Source alias → ARN or name of the secret that holds its webhook secrets. */
  readonly webhookSecrets: ReadonlyMap<string, string>;
}

const { projectKeySecrets, webhookSecrets, ...NAMES } = ENV;

/** Reads what the stack tells this function; throws one `SettingsError` with every mistake. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): OperatorSettings {
  const readMap = (name: string) => {
    const { json, prefix } = readEnv({ json: name, prefix: NAMES.secretArnPrefix }, environment);
    const entries = [...parseMap(name, json)];
    return new Map(entries.map(([alias, id]) => [alias, id.startsWith('arn:') ? id : `${prefix}${id}`]));
  };
  return gather({
    names: () => readEnv(NAMES, environment),
    projectKeys: () => readMap(projectKeySecrets),
    webhookSecrets: () => readMap(webhookSecrets),
  });
}
