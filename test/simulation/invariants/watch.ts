import { laneOf } from '../../../lambdas/core/checkpoint/due.ts';
import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { SharingError } from '../../../lambdas/core/errors.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import { NO_RESTS } from '../../../lambdas/core/model/rests.ts';
import { NOT_PAUSED } from '../../../lambdas/core/pause/pause.ts';
import type { Ledger, PacerStore } from '../../../lambdas/core/ports/ledger.ts';
import { describeCheckpoint } from '../engine/describe.ts';
import type { Judge } from '../engine/judge.ts';
import type { BegunCall, SharingCall, Witness } from '../openai/api.ts';
import type { Organization, Permission } from '../openai/organization.ts';
import { isTimely, type Scenario, wasLost } from '../scenario/scenario.ts';
import { Outside } from './outside.ts';
import { pairOf } from './pair.ts';
import { Pauses } from './pauses.ts';
import { Words } from './words.ts';

const WINDOW_MS = 60_000;
/** Whoever is about to call has looked for a pause shortly before: some steps of storage, which may be slow. */
const PAUSE_GRACE_MS = { timely: 5_000, slow: 120_000 };

/** What has to hold all along. Sees what is stored and what happens at OpenAI at the moment when it happens. */
export class Watch implements Witness {
  /** Every checkpoint as it is stored. */
  readonly records = new Map<string, CheckpointRecord>();
  /** Pairs for which somebody once wished otherwise than the policy. */
  readonly wished = new Set<string>();
  readonly words = new Words(this.records);
  readonly #pauses = new Pauses();
  readonly #outside: Outside;
  readonly #wanted = new Set<string>();
  readonly #calls: Record<SharingCall, number[]> = { create: [], list: [], delete: [], audit: [], project: [] };
  readonly #scenario: Scenario;
  readonly #organization: Organization;
  readonly #judge: Judge;
  readonly #now: () => number;
  #holder: string | null = null;
  /** Told of every record that was stored. */
  onStored: (record: CheckpointRecord) => void = () => {};
  /** Told of every permission that a call of ours has made. */
  onGranted: (permission: Permission) => void = () => {};

  constructor(scenario: Scenario, organization: Organization, judge: Judge, now: () => number) {
    this.#scenario = scenario;
    this.#organization = organization;
    this.#judge = judge;
    this.#now = now;
    this.#outside = new Outside(scenario, organization, judge, now);
  }

  /** The ledger, watched. */
  ledger(ledger: Ledger): Ledger {
    return {
      ...ledger,
      saveCheckpoint: async (record, before) => {
        const saved = await ledger.saveCheckpoint(record, before);
        if (saved) this.#onSaved({ ...record, version: before.version + 1 });
        return saved;
      },
      saveState: async (name, state, event) => {
        const saved = await ledger.saveState(name, state, event);
        if (saved && name === 'pause') {
          this.#pauses.notePause((await ledger.getState('pause')) ?? NOT_PAUSED, this.#now());
        }
        if (saved && name === 'rests') this.#outside.noteRests((await ledger.getState('rests')) ?? NO_RESTS);
        return saved;
      },
      acquireLease: async (name, owner, now, ttlMs) => {
        const held = await ledger.acquireLease(name, owner, now, ttlMs);
        if (held) this.#holder = owner;
        return held;
      },
      releaseLease: async (name, owner) => {
        await ledger.releaseLease(name, owner);
        if (this.#holder === owner) this.#holder = null;
      },
    };
  }

  pacerStore(store: PacerStore): PacerStore {
    return {
      ...store,
      save: async (endpoint, window) => {
        const saved = await store.save(endpoint, window);
        if (saved) this.#outside.notePace(endpoint, window);
        return saved;
      },
    };
  }

  onThrottled(call: SharingCall): void {
    this.#outside.onThrottled(call);
  }

  /** A person says that what has vanished is gone indeed. */
  onBelief(): void {
    this.#outside.noteConfirmed();
  }

  onWish(checkpoint: string, projectId: string): void {
    this.wished.add(pairOf(checkpoint, projectId));
  }

  /** A function begins a call: what is paused, and has been for a while, is left alone. */
  onBegin({ call, checkpoint, projectIds, caller }: BegunCall): void {
    const grace = isTimely(this.#scenario) ? PAUSE_GRACE_MS.timely : PAUSE_GRACE_MS.slow;
    const before = this.#now() - grace;
    const isLook = call === 'list' || call === 'audit';
    const isPersons = caller.name.startsWith('operator');
    const paused = isLook
      ? !isPersons && this.#pauses.isEverythingSince(before)
      : this.#pauses.keeping(checkpoint, call === 'create' ? projectIds : [], before) !== null;
    if (!paused) return;
    this.#judge.violated('what is paused is left alone', `${caller.name}: ${call} ${checkpoint} ${projectIds}`);
  }

  onCall(call: SharingCall, caller: { readonly name: string }): void {
    if (!isTimely(this.#scenario)) return;
    const calls = this.#calls[call];
    const now = this.#now();
    calls.push(now);
    while ((calls[0] ?? now) <= now - WINDOW_MS) calls.shift();
    const limit = this.#outside.pace(call);
    if (calls.length > limit) {
      this.#judge.violated('never more than N calls in any 60 s', `${calls.length} ${call} calls, N = ${limit}`);
    }
    // Whoever only looks, because a person waits for it, keeps to the pacer.
    const isLook = call === 'list' && caller.name.startsWith('operator');
    if (this.#holder === caller.name || isLook) return;
    const detail = `${caller.name} calls while ${this.#holder ?? 'nobody'} holds the lease`;
    this.#judge.violated('one function at a time calls OpenAI', detail);
  }

  onCreated(permission: Permission): void {
    const { checkpoint, projectId, permissionId } = permission;
    this.onGranted(permission);
    this.#outside.onCreated(permission);
    const word = this.words.on(checkpoint, projectId);
    if (word !== undefined) {
      const detail = `${permissionId}: ${checkpoint} with ${projectId}, which is ${word}`;
      this.#judge.violated('nothing is shared against a person’s word', detail);
    }
    if (!this.#wanted.has(pairOf(checkpoint, projectId))) {
      this.#judge.violated('nothing is shared that nobody wanted', `${permissionId}: ${checkpoint} with ${projectId}`);
    }
    const twin = this.#organization
      .living(checkpoint)
      .find((other) => other !== permission && other.projectId === projectId && other.maker === 'us');
    if (twin === undefined || wasLost(this.#scenario, checkpoint)) return;
    const detail = `${permissionId} beside ${twin.permissionId} for ${projectId} on ${checkpoint}`;
    this.#judge.violated('at most one creating POST takes effect per permission', detail);
  }

  onDelete(permission: Permission): void {
    const { checkpoint, projectId, permissionId, maker } = permission;
    const word = this.words.on(checkpoint, projectId);
    if (word === 'forgotten' || word === 'ignored') {
      const detail = `${permissionId} of ${projectId} on ${checkpoint}, which is ${word}`;
      this.#judge.violated('nothing is deleted against a person’s word', detail);
    }
    const row = this.records.get(checkpoint)?.permissions[projectId];
    const isRecorded = row !== undefined && row.state !== 'foreign' && idsOf(row).includes(permissionId);
    const isMade = maker === 'us' && !this.words.disowned.has(permissionId);
    const isOurs = isMade || this.#wanted.has(pairOf(checkpoint, projectId));
    if (isRecorded && isOurs) return;
    this.#judge.violated('no foreign permission is touched', `${permissionId} of ${projectId} on ${checkpoint}`);
  }

  /** Functions may fail of what failed under them, never of a mistake of their own. */
  onFailure(error: unknown): void {
    if (error instanceof SharingError) return;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#judge.violated('no function fails of its own', detail);
  }

  #onSaved(record: CheckpointRecord): void {
    const before = this.records.get(record.checkpoint);
    this.#outside.noteRecord(before, record, this.records.values());
    this.records.set(record.checkpoint, record);
    this.#pauses.noteRecord(record, this.#now());
    for (const pair of this.words.note(before, record)) this.#wanted.delete(pair);
    for (const { projectId, want } of permissionsOf(record)) {
      if (want !== null) this.#wanted.add(pairOf(record.checkpoint, projectId));
    }
    this.#checkWork(record);
    if (before !== undefined) this.#checkIds(before, record);
    this.onStored(record);
  }

  #checkWork(record: CheckpointRecord): void {
    for (const permission of permissionsOf(record)) {
      // The owning project is refused for good.
      const isOwner = this.#organization.owners.get(record.checkpoint) === permission.projectId;
      const isIgnored = this.words.on(record.checkpoint, permission.projectId) === 'ignored';
      if (laneOf(permission) === null || isOwner || isIgnored || permission.notBefore !== null) continue;
      this.#judge.violated('what is to be done is due', describeCheckpoint(record));
    }
  }

  #checkIds(before: CheckpointRecord, record: CheckpointRecord): void {
    if (wasLost(this.#scenario, record.checkpoint)) return;
    const kept = new Set(permissionsOf(record).flatMap(idsOf));
    for (const permissionId of permissionsOf(before).flatMap(idsOf)) {
      if (kept.has(permissionId) || this.words.disowned.has(permissionId)) continue;
      const permission = this.#organization.find(permissionId);
      if (permission?.maker !== 'us' || permission.deleted !== null) continue;
      const detail = `${permissionId} is dropped: ${describeCheckpoint(before)} → ${describeCheckpoint(record)}`;
      this.#judge.violated('no id that OpenAI has is forgotten', detail);
    }
  }
}
