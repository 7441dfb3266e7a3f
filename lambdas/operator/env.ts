import { ENV } from '../shared/contract/names.ts';
import { readEnv } from '../shared/runtime/env.ts';

export interface OperatorSettings {
  readonly ledgerTable: string;
  /** The ledger's own table, or one that several stacks of one organisation share. */
  readonly pacerTable: string;
  readonly observeQueueUrl: string;
  readonly observeDeadLetterQueueUrl: string;
  readonly shareFunction: string;
  readonly reconcileFunction: string;
}

/** Reads what the stack tells this function; throws one `SettingsError` with every mistake. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): OperatorSettings {
  const { ledgerTable, pacerTable, observeQueueUrl, observeDeadLetterQueueUrl, shareFunction, reconcileFunction } = ENV;
  const names = {
    ledgerTable,
    pacerTable,
    observeQueueUrl,
    observeDeadLetterQueueUrl,
    shareFunction,
    reconcileFunction,
  };
  return readEnv(names, environment);
}
