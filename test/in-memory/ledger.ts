import { documentItem, eventItems } from '../../lambdas/adapters/ledger/items.ts';
import { newPermissionIds } from '../../lambdas/adapters/ledger/permission-ids.ts';
import { dueOf } from '../../lambdas/core/checkpoint/due.ts';
import { isNews } from '../../lambdas/core/checkpoint/news.ts';
import { idsOf } from '../../lambdas/core/checkpoint/record.ts';
import { tallyChange } from '../../lambdas/core/checkpoint/tally.ts';
import { checkpointEvent } from '../../lambdas/core/events/checkpoint-event.ts';
import type { Author, LedgerEvent } from '../../lambdas/core/events/event.ts';
import type { JobRecord } from '../../lambdas/core/model/job.ts';
import type { ModelRecord } from '../../lambdas/core/model/openai-model.ts';
import { type CheckpointRecord, PRIORITIES, type RefusedProject } from '../../lambdas/core/model/permission.ts';
import type { SourceRecord } from '../../lambdas/core/model/source.ts';
import type { SweepRecord } from '../../lambdas/core/model/sweep.ts';
import type { SystemState } from '../../lambdas/core/model/system-state.ts';
import type { Change, Ledger, Page, PutAside } from '../../lambdas/core/ports/ledger.ts';
import type { Clock } from '../../lambdas/core/ports/runtime.ts';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';

export interface InMemoryLedger extends Ledger {
  /** The same ledger, in which what is done is told as done by somebody else. */
  as(author: Author): InMemoryLedger;
  /** From now on every write of this row fails so, until it is told `null`. */
  refuse(row: string, error: Error | null): void;
}

const OUTBOX_PAGE = 100;

const SOMEBODY = { actor: 'test', plan: null, now: () => 0 };

/**
 * The ledger in memory, for tests and the simulation; the contract suite holds it to what DynamoDB does. It takes no row that
 * DynamoDB would not take.
 */
export function createInMemoryLedger(author: Author & { readonly now: Clock } = SOMEBODY): InMemoryLedger {
  const events: LedgerEvent[] = [];
  const outbox = new Map<string, LedgerEvent>();
  const refusals = new Map<string, Error>();
  const tell = (event: LedgerEvent) => {
    events.push(event);
    outbox.set(event.id, event);
  };

  /** Documents of one kind, under their versions. Throws where DynamoDB would not take one. */
  const documentsOf = <T extends { readonly version: number }>(partition: string) => {
    const stored = new Map<string, T>();
    return {
      stored,
      get: async (id: string) => stored.get(id),
      async put(id: string, document: T, event?: LedgerEvent, known = document.version) {
        const refusal = refusals.get(id);
        if (refusal !== undefined) throw refusal;
        documentItem(partition, id, document, known + 1, {});
        if (event !== undefined) eventItems(event);
        if ((stored.get(id)?.version ?? 0) !== known) return false;
        stored.set(id, { ...document, version: known + 1 });
        if (event !== undefined) tell(event);
        return true;
      },
      /** All that comes after the cursor. */
      async list(cursor: string | null, limit = Number.POSITIVE_INFINITY): Promise<Page<T>> {
        const after = [...stored].filter(([id]) => cursor === null || id > cursor);
        const page = after.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit);
        const last = page.at(-1)?.[0] ?? null;
        return { items: page.map(([, item]) => item), cursor: page.length < after.length ? last : null };
      },
      getMany: async (ids: readonly string[]) => ids.flatMap((id) => stored.get(id) ?? []),
    };
  };
  const checkpoints = documentsOf<CheckpointRecord>(PARTITION.checkpoint);
  const jobs = documentsOf<JobRecord>(PARTITION.job);
  const sweeps = documentsOf<SweepRecord>(PARTITION.sweep);
  const models = documentsOf<ModelRecord>(PARTITION.model);
  const states = documentsOf<SystemState[keyof SystemState]>(PARTITION.state);
  const pointers = new Map<string, { checkpoint: string; projectId: string }>();
  const sources = new Map<string, SourceRecord>();
  const refused = new Map<string, RefusedProject>();
  const changes: Change[] = [];
  const aside = new Map<number, Map<string, PutAside>>();
  const leases = new Map<string, { owner: string; expiresAt: number }>();

  const build = (author: Author & { readonly now: Clock }): InMemoryLedger => ({
    as: (other) => build({ ...other, now: author.now }),
    refuse: (row, error) => {
      if (error === null) refusals.delete(row);
      else refusals.set(row, error);
    },
    getCheckpoint: checkpoints.get,
    async saveCheckpoint(record, before) {
      const event = checkpointEvent(record, before, author, author.now());
      const saved = await checkpoints.put(record.checkpoint, record, event, before.version);
      const counts = tallyChange(record, before);
      if (saved && (event !== undefined || isNews(record, before)))
        changes.push({ kind: 'checkpoint', id: record.checkpoint, at: author.now(), ...(counts && { counts }) });
      const found = saved ? newPermissionIds(record, before) : [];
      for (const { permissionId, projectId } of found) {
        pointers.set(permissionId, { checkpoint: record.checkpoint, projectId });
      }
      return saved;
    },
    listCheckpoints: checkpoints.list,
    getCheckpoints: checkpoints.getMany,
    async findPermission(permissionId) {
      const pointer = pointers.get(permissionId);
      const permission = pointer && checkpoints.stored.get(pointer.checkpoint)?.permissions[pointer.projectId];
      return permission !== undefined && idsOf(permission).includes(permissionId) ? pointer : undefined;
    },
    async traceOf(permissionId) {
      return pointers.get(permissionId)?.checkpoint;
    },
    async dueCheckpoints(lane, now, limit) {
      const due = [...checkpoints.stored.values()].flatMap((record) => {
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
      if (!events.some(({ id }) => id === event.id)) tell(event);
    },
    async unpublishedEvents(cursor) {
      const waiting = [...outbox.values()].filter(({ id }) => cursor === null || id > cursor);
      const items = waiting.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, OUTBOX_PAGE);
      return { items, cursor: waiting.length > OUTBOX_PAGE ? (items.at(-1)?.id ?? null) : null };
    },
    async markPublished(ids) {
      for (const id of ids) outbox.delete(id);
    },
    getJob: jobs.get,
    async saveJob(record, event) {
      const saved = await jobs.put(record.jobId, record, event);
      if (saved) changes.push({ kind: 'job', id: record.jobId, at: author.now() });
      return saved;
    },
    listJobs: jobs.list,
    getJobs: jobs.getMany,
    async changesSince(from, limit) {
      const since = changes.filter(({ at }) => at >= from).sort((a, b) => a.at - b.at);
      return since.slice(0, limit);
    },
    async dueJobs(from, to, limit) {
      const due = [...jobs.stored.values()].flatMap(({ jobId, lookAt, forgotten }) => {
        return lookAt === undefined || forgotten || lookAt < from || lookAt > to ? [] : [{ jobId, lookAt }];
      });
      const sorted = due.sort((a, b) => a.lookAt - b.lookAt).slice(0, limit);
      return sorted.map(({ jobId }) => jobId);
    },
    async putAside(pass, page) {
      const pages = aside.get(pass) ?? new Map<string, PutAside>();
      aside.set(pass, pages);
      documentItem(PARTITION.revocation, `${pass}#${page.after}`, { ...page, version: 0 }, 1, {});
      if (!pages.has(page.after)) pages.set(page.after, page);
    },
    async listAside(pass, cursor, limit = Number.POSITIVE_INFINITY) {
      const left = [...(aside.get(pass) ?? [])].filter(([after]) => cursor === null || after > cursor);
      const items = left
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([, page]) => page);
      return { items, cursor: items.length < left.length ? (items.at(-1)?.after ?? null) : null };
    },
    getSweep: sweeps.get,
    saveSweep: (record) => sweeps.put(record.source, record),
    listModels: models.list,
    getModel: models.get,
    saveModel: (record, event) => models.put(record.model, record, event),
    async getState<Name extends keyof SystemState>(name: Name) {
      return states.stored.get(name) as SystemState[Name] | undefined;
    },
    saveState: states.put,
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
