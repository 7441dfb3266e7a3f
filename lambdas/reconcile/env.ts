import { ENV } from '../shared/contract/names.ts';
import { gather, parseMap, readEnv } from '../shared/runtime/env.ts';

export interface ReconcileSettings {
  readonly ledgerTable: string;
  readonly queueUrl: string;
  readonly shareFunction: string;
  /** Source alias → ARN or name of the secret that holds its project key. */
  readonly projectKeys: ReadonlyMap<string, string>;
}

/** Reads what the stack tells this function; throws one `SettingsError` with every mistake. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ReconcileSettings {
  return gather({
    ledgerTable: () => readEnv({ name: ENV.ledgerTable }, environment).name,
    queueUrl: () => readEnv({ url: ENV.observeQueueUrl }, environment).url,
    shareFunction: () => readEnv({ name: ENV.shareFunction }, environment).name,
    projectKeys: () => parseMap(ENV.projectKeySecrets, readEnv({ json: ENV.projectKeySecrets }, environment).json),
  });
}
