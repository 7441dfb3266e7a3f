import { documentItem, eventItems } from '../../lambdas/adapters/ledger/items.ts';
import { dueOf } from '../../lambdas/core/checkpoint/due.ts';
import { newPermissionIds } from '../../lambdas/core/checkpoint/permission-ids.ts';
import { checkpointEvent } from '../../lambdas/core/events/checkpoint-event.ts';
import type { Author, LedgerEvent } from '../../lambdas/core/events/event.ts';
import type { JobRecord } from '../../lambdas/core/model/job.ts';
import type { ModelRecord } from '../../lambdas/core/model/openai-model.ts';
import { type CheckpointRecord, PRIORITIES, type RefusedProject } from '../../lambdas/core/model/permission.ts';
import type { SweepRecord } from '../../lambdas/core/model/sweep.ts';
import type { SystemState } from '../../lambdas/core/model/system-state.ts';
import type { Clock, Ledger, Page, SourceRecord } from '../../lambdas/core/ports.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';

export interface InMemoryLedger extends Ledger {
  /** The same ledger, in which what is done is told as done by somebody else. */
  as(author: Author): InMemoryLedger;
  /** From now on every write of this row fails so, until it is told `null`. */
  refuse(row: string, error: Error | null): void;
}

const SOMEBODY = { actor: 'test', plan: null, now: () => 0 };

/**
 * The ledger in memory, for tests and the simulation; the contract suite holds it to what DynamoDB does. It takes no row that
 * DynamoDB would not take.
 */
export function createInMemoryLedger(author: Author & { readonly now: Clock } = SOMEBODY): InMemoryLedger {
  const checkpoints = new Map<string, CheckpointRecord>();
  const pointers = new Map<string, { checkpoint: string; projectId: string }>();
  const jobs = new Map<string, JobRecord>();
  const states = new Map<keyof SystemState, SystemState[keyof SystemState]>();
  const sweeps = new Map<string, SweepRecord>();
  const models = new Map<string, ModelRecord>();
  const sources = new Map<string, SourceRecord>();
  const refused = new Map<string, RefusedProject>();
  const leases = new Map<string, { owner: string; expiresAt: number }>();
  const events: LedgerEvent[] = [];
  const refusals = new Map<string, Error>();

  /** Throws where DynamoDB would not take it. */
  const check = (partition: string, id: string, document: { readonly version: number }, event?: LedgerEvent) => {
    const refusal = refusals.get(id);
    if (refusal !== undefined) throw refusal;
    documentItem(partition, id, document, document.version + 1, {});
    if (event !== undefined) eventItems(event);
  };

  const build = (author: Author & { readonly now: Clock }): InMemoryLedger => ({
    as: (other) => build({ ...other, now: author.now }),
    refuse: (row, error) => {
      if (error === null) refusals.delete(row);
      else refusals.set(row, error);
    },
    async getCheckpoint(checkpoint) {
      return checkpoints.get(checkpoint);
    },
    async saveCheckpoint(record, before) {
      const event = checkpointEvent(record, before, author, author.now());
      check(PARTITION.checkpoint, record.checkpoint, record, event);
      if ((checkpoints.get(record.checkpoint)?.version ?? 0) !== before.version) return false;
      for (const { permissionId, projectId } of newPermissionIds(record, before)) {
        pointers.set(permissionId, { checkpoint: record.checkpoint, projectId });
      }
      checkpoints.set(record.checkpoint, { ...record, version: before.version + 1 });
      if (event !== undefined) events.push(event);
      return true;
    },
    async listCheckpoints(cursor) {
      return onePage(checkpoints, cursor);
    },
    async findPermission(permissionId) {
      const pointer = pointers.get(permissionId);
      const permission = pointer && checkpoints.get(pointer.checkpoint)?.permissions[pointer.projectId];
      if (permission === undefined) return undefined;
      return [permission.permissionId, ...permission.duplicateIds].includes(permissionId) ? pointer : undefined;
    },
    async traceOf(permissionId) {
      return pointers.get(permissionId)?.checkpoint;
    },
    async dueCheckpoints(lane, now, limit) {
      const due = [...checkpoints.values()].flatMap((record) => {
        const next = dueOf(record);
        if (next === null || next.lane !== lane || next.at > now) return [];
        return [{ checkpoint: record.checkpoint, priority: next.priority, at: next.at }];
      });
      const rank = (item: (typeof due)[number]) => PRIORITIES.indexOf(item.priority);
      return due.sort((a, b) => rank(a) - rank(b) || a.at - b.at).slice(0, limit);
    },
    async listEvents({ checkpoint, cursor, limit }) {
      const found = events
        .filter((event) => checkpoint === null || event.checkpoint === checkpoint)
        .filter(({ id }) => cursor === null || id < cursor)
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      const items = found.slice(0, limit);
      return { items, cursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    async addEvent(event) {
      eventItems(event);
      if (!events.some(({ id }) => id === event.id)) events.push(event);
    },
    async getJob(jobId) {
      return jobs.get(jobId);
    },
    async saveJob(record, event) {
      check(PARTITION.job, record.jobId, record, event);
      if ((jobs.get(record.jobId)?.version ?? 0) !== record.version) return false;
      if (event !== undefined) events.push(event);
      jobs.set(record.jobId, { ...record, version: record.version + 1 });
      return true;
    },
    async listJobs(cursor) {
      return onePage(jobs, cursor);
    },
    async dueJobs(from, to, limit) {
      const due = [...jobs.values()].flatMap(({ jobId, lookAt, forgotten }) => {
        return lookAt === undefined || forgotten || lookAt < from || lookAt > to ? [] : [{ jobId, lookAt }];
      });
      const sorted = due.sort((a, b) => a.lookAt - b.lookAt).slice(0, limit);
      return sorted.map(({ jobId }) => jobId);
    },
    async getSweep(source) {
      return sweeps.get(source);
    },
    async saveSweep(record) {
      check(PARTITION.sweep, record.source, record);
      if ((sweeps.get(record.source)?.version ?? 0) !== record.version) return false;
      sweeps.set(record.source, { ...record, version: record.version + 1 });
      return true;
    },
    async listModels(cursor) {
      return onePage(models, cursor);
    },
    async saveModel(record) {
      check(PARTITION.model, record.model, record);
      if ((models.get(record.model)?.version ?? 0) !== record.version) return false;
      models.set(record.model, { ...record, version: record.version + 1 });
      return true;
    },
    async getState<Name extends keyof SystemState>(name: Name) {
      return states.get(name) as SystemState[Name] | undefined;
    },
    async saveState(name, state, event) {
      check(PARTITION.state, name, state, event);
      if ((states.get(name)?.version ?? 0) !== state.version) return false;
      if (event !== undefined) events.push(event);
      states.set(name, { ...state, version: state.version + 1 });
      return true;
    },
    async getSources() {
      return [...sources.values()];
    },
    async touchSource(alias, seen) {
      const before = sources.get(alias) ?? { alias, lastWebhookAt: null, lastJobId: null, lastJobAt: null };
      const given = Object.entries(seen).filter(([, value]) => value !== undefined && value !== null);
      if (given.length === 0) return;
      if (seen.lastWebhookAt != null && (before.lastWebhookAt ?? 0) >= seen.lastWebhookAt) return;
      sources.set(alias, { ...before, ...Object.fromEntries(given) });
    },
    async refusedProjects() {
      return [...refused.values()];
    },
    async refuseProject(project) {
      refused.set(project.projectId, project);
    },
    async pardonProject(projectId) {
      refused.delete(projectId);
    },
    async acquireLease(name, owner, now, ttlMs) {
      const held = leases.get(name);
      if (held !== undefined && held.owner !== owner && held.expiresAt > now) return false;
      leases.set(name, { owner, expiresAt: now + ttlMs });
      return true;
    },
    async releaseLease(name, owner) {
      if (leases.get(name)?.owner === owner) leases.delete(name);
    },
  });
  return build(author);
}

/** All that comes after the cursor. */
function onePage<T>(items: ReadonlyMap<string, T>, cursor: string | null): Page<T> {
  const after = [...items].filter(([id]) => cursor === null || id > cursor);
  const sorted = after.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  return { items: sorted, cursor: null };
}
