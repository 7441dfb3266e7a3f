import { ENV } from '../shared/contract/names.ts';
import { readEnv } from '../shared/runtime/env.ts';

export interface ShareSettings {
  readonly ledgerTable: string;
  /** The ledger's own table, or one that several stacks of one organisation share. */
  readonly pacerTable: string;
  readonly adminKeySecret: string;
}

/** Reads what the stack tells this function; throws one `SettingsError` with every mistake. */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): ShareSettings {
  const { ledgerTable, pacerTable, adminKeySecret } = ENV;
  return readEnv({ ledgerTable, pacerTable, adminKeySecret }, environment);
}
