import { dueOf } from '../../lambdas/core/checkpoint/due.ts';
import { newPermissionIds } from '../../lambdas/core/checkpoint/permission-ids.ts';
import type { JobRecord } from '../../lambdas/core/model/job.ts';
import type { ModelRecord } from '../../lambdas/core/model/openai-model.ts';
import { type CheckpointRecord, PRIORITIES, type RefusedProject } from '../../lambdas/core/model/permission.ts';
import type { SystemState } from '../../lambdas/core/model/system-state.ts';
import type { Ledger, Page, SourceRecord, SweepRecord } from '../../lambdas/core/ports.ts';

/** The ledger in memory, for tests and the simulation; the contract suite holds it to what DynamoDB does. */
export function createInMemoryLedger(): Ledger {
  const checkpoints = new Map<string, CheckpointRecord>();
  const pointers = new Map<string, { checkpoint: string; projectId: string }>();
  const jobs = new Map<string, JobRecord>();
  const states = new Map<keyof SystemState, SystemState[keyof SystemState]>();
  const sweeps = new Map<string, SweepRecord>();
  const models = new Map<string, ModelRecord>();
  const sources = new Map<string, SourceRecord>();
  const refused = new Map<string, RefusedProject>();
  const leases = new Map<string, { owner: string; expiresAt: number }>();

  return {
    async getCheckpoint(checkpoint) {
      return checkpoints.get(checkpoint);
    },
    async saveCheckpoint(record, before) {
      if ((checkpoints.get(record.checkpoint)?.version ?? 0) !== before.version) return false;
      for (const { permissionId, projectId } of newPermissionIds(record, before)) {
        pointers.set(permissionId, { checkpoint: record.checkpoint, projectId });
      }
      checkpoints.set(record.checkpoint, { ...record, version: before.version + 1 });
      return true;
    },
    async listCheckpoints() {
      return onePage(checkpoints);
    },
    async findPermission(permissionId) {
      const pointer = pointers.get(permissionId);
      const permission = pointer && checkpoints.get(pointer.checkpoint)?.permissions[pointer.projectId];
      if (permission === undefined) return undefined;
      return [permission.permissionId, ...permission.duplicateIds].includes(permissionId) ? pointer : undefined;
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
    async getJob(jobId) {
      return jobs.get(jobId);
    },
    async saveJob(record) {
      if ((jobs.get(record.jobId)?.version ?? 0) !== record.version) return false;
      jobs.set(record.jobId, { ...record, version: record.version + 1 });
      return true;
    },
    async listJobs() {
      return onePage(jobs);
    },
    async getSweep(source) {
      return sweeps.get(source);
    },
    async saveSweep(record) {
      if ((sweeps.get(record.source)?.version ?? 0) !== record.version) return false;
      sweeps.set(record.source, { ...record, version: record.version + 1 });
      return true;
    },
    async listModels() {
      return onePage(models);
    },
    async saveModel(record) {
      if ((models.get(record.model)?.version ?? 0) !== record.version) return false;
      models.set(record.model, { ...record, version: record.version + 1 });
      return true;
    },
    async getState<Name extends keyof SystemState>(name: Name) {
      return states.get(name) as SystemState[Name] | undefined;
    },
    async saveState(name, state) {
      if ((states.get(name)?.version ?? 0) !== state.version) return false;
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
  };
}

function onePage<T>(items: ReadonlyMap<string, T>): Page<T> {
  const sorted = [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  return { items: sorted, cursor: null };
}
