import { ENV } from '../shared/contract/names.ts';
import { gather, parseMap, readEnv } from '../shared/runtime/env.ts';

export interface WebhookSettings {
  readonly queueUrl: string;
  /** Source alias → ARN or name of the secret that holds its webhook secrets. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Reads what the stack tells this function; throws one `SettingsError` with every mistake. */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): WebhookSettings {
  return gather({
    queueUrl: () => readEnv({ url: ENV.observeQueueUrl }, environment).url,
    sources: () => parseMap(ENV.webhookSecrets, readEnv({ json: ENV.webhookSecrets }, environment).json),
  });
}
