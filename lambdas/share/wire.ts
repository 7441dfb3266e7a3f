import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createDynamoPacerStore } from '../adapters/ledger/dynamo-pacer-store.ts';
import { tellingAdminCalls } from '../adapters/openai/admin-call.ts';
import { withAdminKey } from '../adapters/openai/admin-key.ts';
import { createAuditLogApi } from '../adapters/openai/audit-logs.ts';
import { createDispatcher } from '../adapters/openai/exchange.ts';
import { CALL_DEADLINE_MS, createHttp } from '../adapters/openai/http.ts';
import { createPermissionApi } from '../adapters/openai/permissions.ts';
import { createProjectApi } from '../adapters/openai/projects.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import { type Policy, tellingProjects } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { ENV } from '../shared/contract/names.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { type Settings, text } from '../shared/runtime/env.ts';
import { createPacer, pacerRules } from '../use-cases/pacer.ts';
import { type FunctionDeps, share } from '../use-cases/share/share.ts';
import { tellingChanges } from '../use-cases/tell-changes.ts';

/** What the stack tells this function. */
export const SETTINGS = {
  ledgerTable: text(ENV.ledgerTable),
  /** The ledger's own table, or one that several stacks of one organisation share. */
  pacerTable: text(ENV.pacerTable),
  adminKeySecret: text(ENV.adminKeySecret),
};

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire(settings: Settings<typeof SETTINGS>, policy: Policy, log: Log) {
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const secrets = createSecrets(new SecretsManagerClient(AWS_LIMITS), { now: Date.now });
  const { baseUrl } = policy.openai;
  const dispatcher = createDispatcher();
  const adminKey = withAdminKey(secrets, settings.adminKeySecret, (key) =>
    createHttp({ baseUrl, key, dispatcher, clock: Date.now, onEnd: tellingAdminCalls(log) }),
  );
  const deps: FunctionDeps = {
    ledger: tellingChanges(
      createDynamoLedger(dynamo, settings.ledgerTable, { actor: 'share', plan: null, now: Date.now }),
      log,
    ),
    pacer: createPacer(createDynamoPacerStore(dynamo, settings.pacerTable), pacerRules(policy), Date.now),
    permissions: createPermissionApi(adminKey.http),
    auditLog: createAuditLogApi(adminKey.optional),
    organisation: createProjectApi(adminKey.optional),
    projectIds: tellingProjects(policy),
    now: Date.now,
    sleep: async (ms) => {
      await sleep(ms);
    },
    log,
    callMs: CALL_DEADLINE_MS,
    refreshKey: adminKey.refresh,
    currentKeyMark: adminKey.mark,
  };
  return (owner: string, remainingMs: number) => share(deps, owner, remainingMs);
}
