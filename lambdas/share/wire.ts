import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import { createDynamoPacerStore } from '../adapters/ledger/dynamo-pacer-store.ts';
import { createAuditLogApi } from '../adapters/openai/audit-logs.ts';
import { createDispatcher } from '../adapters/openai/dispatcher.ts';
import { CALL_DEADLINE_MS, createHttp } from '../adapters/openai/http.ts';
import { createPermissionApi } from '../adapters/openai/permissions.ts';
import { createProjectApi } from '../adapters/openai/projects.ts';
import { createSecrets } from '../adapters/secrets/secrets-manager.ts';
import { DEFAULT_PACER_RULES } from '../core/pacing/window.ts';
import { type Policy, tellingProjects } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { createPacer } from '../use-cases/pacer.ts';
import { drain } from '../use-cases/share/drain.ts';
import type { ShareDeps } from '../use-cases/share/turn.ts';
import { withAdminKey } from './admin-key.ts';
import type { ShareSettings } from './env.ts';

/** A write to the ledger takes milliseconds; one that takes longer than this costs the call its turn. */
const MARKING_MS = 10_000;
/** Kept free at the end of the function's time: one call that runs into its deadline, and the recording of its end. */
const RESERVED_MS = CALL_DEADLINE_MS + MARKING_MS + 5_000;
/** A row that was written a moment ago may not be in the index yet. */
const LOOK_AGAIN_MS = 1_000;

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire(settings: ShareSettings, policy: Policy, log: Log) {
  const dynamo = new DynamoDBClient(AWS_LIMITS);
  const secrets = createSecrets(new SecretsManagerClient(AWS_LIMITS), { now: Date.now });
  const { baseUrl, adminRequestsPerMinute } = policy.openai;
  const dispatcher = createDispatcher();
  const adminKey = withAdminKey(secrets, settings.adminKeySecret, (key) =>
    createHttp({ baseUrl, key, dispatcher, clock: Date.now }),
  );
  const rules = { ...DEFAULT_PACER_RULES, limit: adminRequestsPerMinute };
  const deps: ShareDeps = {
    ledger: createDynamoLedger(dynamo, settings.ledgerTable, { actor: 'share', plan: null, now: Date.now }),
    pacer: createPacer(createDynamoPacerStore(dynamo, settings.pacerTable), rules, Date.now),
    permissions: createPermissionApi(adminKey.http),
    auditLog: createAuditLogApi(adminKey.optional),
    organisation: createProjectApi(adminKey.optional),
    projectIds: tellingProjects(policy),
    now: Date.now,
    sleep: async (ms) => {
      await sleep(ms);
    },
    log,
    callDeadlineMs: CALL_DEADLINE_MS + MARKING_MS,
    markingMs: MARKING_MS,
    refreshKey: adminKey.refresh,
    currentKeyMark: adminKey.mark,
  };

  return async (owner: string, remainingMs: number): Promise<void> => {
    const stopAt = Date.now() + remainingMs - RESERVED_MS;
    let report = await drain(deps, owner, stopAt);
    if (report.kind === 'drained' && report.calls === 0) {
      await deps.sleep(LOOK_AGAIN_MS);
      report = await drain(deps, owner, stopAt);
    }
    log.info('Turn ended', { ...report });
  };
}
