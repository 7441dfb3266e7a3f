import { newCheckpoint, newPermission } from '../../../lambdas/core/checkpoint/record.ts';
import type { JobRecord } from '../../../lambdas/core/model/job.ts';
import type { CheckpointRecord, PermissionRecord, Want } from '../../../lambdas/core/model/permission.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { OperatorRequest, ResultOf } from '../../../lambdas/shared/contract/operator.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { aJob, aPolicy } from '../../core/policy/builders.ts';
import { createInMemoryIdentities } from '../../in-memory/identities.ts';
import { createInMemoryLedger, type InMemoryLedger } from '../../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';

/** The operator function's clock in these tests. */
export const NOW = Date.parse('2026-11-20T12:00:00.000Z');

export const MODEL = 'ft:gpt-4o-mini-2024-07-18:org:support:AbCdEfGh';

export function aWant(projectId: string, parts: Partial<Want> = {}): Want {
  return { projectId, origin: 'policy', rule: 'support', onDrift: 'repair', expiresAt: null, ...parts };
}

/** A permission of the named state with whatever else is said of it. */
export function aPermission(
  projectId: string,
  state: PermissionRecord['state'],
  parts: Partial<PermissionRecord> = {},
): PermissionRecord {
  return { ...newPermission(projectId, state), ...parts };
}

export function aRecord(
  permissions: readonly PermissionRecord[],
  parts: Partial<CheckpointRecord> = {},
): CheckpointRecord {
  return {
    ...newCheckpoint(MODEL, { source: 'research', jobId: 'ftjob-1' }),
    permissions: Object.fromEntries(permissions.map((permission) => [permission.projectId, permission])),
    ...parts,
  };
}

export function aJobRecord(parts: Partial<JobRecord> = {}): JobRecord {
  const heardAt = aJob().finishedAt ?? NOW;
  return { ...aJob(), version: 0, plannedWith: 'digest', note: null, observedAt: NOW, heardAt, ...parts };
}

export async function ledgerWith(...records: readonly CheckpointRecord[]): Promise<InMemoryLedger> {
  const ledger = createInMemoryLedger();
  for (const record of records) await ledger.saveCheckpoint(record, { ...record, permissions: {} });
  return ledger;
}

/** The same ledger, with so many checkpoints a page. */
export function inPagesOf(size: number, ledger: Ledger): Ledger {
  return {
    ...ledger,
    async listCheckpoints(cursor) {
      const { items } = await ledger.listCheckpoints(null);
      const rest = items.filter(({ checkpoint }) => cursor === null || checkpoint > cursor);
      const page = rest.slice(0, size);
      return { items: page, cursor: rest.length > size ? (page.at(-1)?.checkpoint ?? null) : null };
    },
  };
}

/** A warning or an error that was logged. */
export interface Logged {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The operator's ports; what is not said of them is empty. */
export function operatorDeps(parts: Partial<OperateDeps> = {}, logged: Logged[] = []): OperateDeps {
  const { ledger = createInMemoryLedger() } = parts;
  const pacerStore = createInMemoryPacerStore();
  const pacerRules = { ...DEFAULT_PACER_RULES, limit: 6 };
  const note = (message: string, fields: Logged['fields'] = {}) => {
    logged.push({ message, fields });
  };
  return {
    policy: aPolicy(),
    ledger,
    ledgerAs: () => ledger,
    pacerStore,
    pacerRules,
    pacer: createPacer(pacerStore, pacerRules, parts.now ?? (() => NOW)),
    queues: {
      observe: async () => ({ waiting: 0, inFlight: 0 }),
      deadLetters: async () => ({ waiting: 0, inFlight: 0 }),
    },
    waker: { wake: async () => undefined },
    reconciler: { start: async () => undefined },
    redrive: { deadLetters: unprepared('deadLetters'), queue: unprepared('queue') },
    admin: unprepared('admin'),
    sourceApi: () => undefined,
    identity: { web: unprepared('web'), connected: createInMemoryIdentities(), roles: new Map() },
    secrets: unprepared('secrets'),
    secretDates: { changedAt: async () => null },
    secretIds: { adminKey: 'arn:admin', projectKeys: new Map(), webhookSecrets: new Map() },
    webhookUrl: 'https://api.example.com/webhooks',
    clockSkew: () => null,
    version: '0.1.0',
    now: () => NOW,
    sleep: async () => undefined,
    log: { info: () => undefined, warn: note, error: note },
    ...parts,
  };
}

/** A port that no test has prepared: whoever uses it is told so. */
export function unprepared<Port extends object>(name: string): Port {
  return new Proxy({} as Port, {
    get: (_, method) => () => {
      throw new Error(`${name}.${String(method)} is used, and was not prepared.`);
    },
  });
}

/** Asks, and expects an answer that is no error. */
export async function ask<Request extends OperatorRequest>(
  deps: OperateDeps,
  request: Request,
): Promise<ResultOf<Request['command']>> {
  const answer = await createOperator(deps)(request, 'request-1');
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.result as ResultOf<Request['command']>;
}
