import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PacerWindow } from '../../core/pacing/window.ts';
import type { PacerStore } from '../../core/ports/ledger.ts';
import { PARTITION } from '../../shared/contract/ledger-keys.ts';
import { createDocuments } from './documents.ts';
import { tableOf } from './table.ts';

/** The pacer's windows, one small document an endpoint, in whichever table all who share the organisation use. */
export function createDynamoPacerStore(client: DynamoDBClient, tableName: string): PacerStore {
  const documents = createDocuments(tableOf(client, tableName));
  return {
    read: (endpoint) => documents.get<PacerWindow>(PARTITION.pacer, endpoint),
    save: (endpoint, window) => documents.put(PARTITION.pacer, endpoint, window, window.version),
  };
}
