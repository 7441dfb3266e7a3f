import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import type { RestKind, Rests } from '../../../lambdas/core/model/rests.ts';
import { ENDPOINT_OF } from '../../../lambdas/core/pacing/endpoints.ts';
import type { PacerWindow } from '../../../lambdas/core/pacing/window.ts';
import { countTracked, letGoSince } from '../../../lambdas/core/plan/guard.ts';
import { describeCheckpoint } from '../engine/describe.ts';
import type { Judge } from '../engine/judge.ts';
import type { SharingCall } from '../openai/api.ts';
import type { Organization, Permission } from '../openai/organization.ts';
import { type Scenario, wasLost } from '../scenario/scenario.ts';

const DAY_MS = 24 * 60 * 60_000;
const WINDOW_MS = 60_000;

/** How many calls a minute the pacer lets go to an endpoint, and since when. */
interface Pace {
  readonly limit: number;
  readonly from: number;
}

/** Answers may be wrong, or come from the wrong place: what must not follow from them. */
export class Outside {
  readonly #scenario: Scenario;
  readonly #organization: Organization;
  readonly #judge: Judge;
  readonly #now: () => number;
  readonly #throttled = new Set<string>();
  readonly #paces = new Map<string, Pace[]>();
  /** Permissions that were taken for gone with their checkpoints, and when. */
  #vanished: { readonly at: number; readonly count: number }[] = [];
  #mostTracked = 0;
  #mostPrunable = 0;
  #isConfirmed = false;

  constructor(scenario: Scenario, organization: Organization, judge: Judge, now: () => number) {
    this.#scenario = scenario;
    this.#organization = organization;
    this.#judge = judge;
    this.#now = now;
  }

  onThrottled(call: SharingCall): void {
    this.#throttled.add(ENDPOINT_OF[call]);
  }

  notePace(endpoint: string, { learnedLimit, learnedAt }: PacerWindow): void {
    const paces = this.#paces.get(endpoint) ?? [{ limit: this.#guess(), from: Number.NEGATIVE_INFINITY }];
    this.#paces.set(endpoint, paces);
    // As it was decided: to be stored takes a while, and not always the same.
    const pace = { limit: learnedLimit ?? this.#guess(), from: learnedAt };
    const [before] = paces.slice(-1);
    if (before === undefined || pace.limit === before.limit) return;
    paces.push(pace);
    if (pace.limit < before.limit && !this.#throttled.has(endpoint)) {
      this.#judge.violated('only a throttle lowers the pace', `${endpoint} to ${learnedLimit}`);
    }
    const isGrowth = pace.limit > this.#guess() && pace.limit > before.limit;
    const soonest = before.from + WINDOW_MS - 2 * this.#scenario.skewMs;
    if (!isGrowth || (pace.limit === before.limit + 1 && pace.from >= soonest)) return;
    const detail = `${endpoint} from ${before.limit} to ${pace.limit} after ${pace.from - before.from} ms`;
    this.#judge.violated('the pace grows by one a window', detail);
  }

  /** The most that the pacer has let go to the endpoint within the last minute. */
  pace(call: SharingCall): number {
    const paces = this.#paces.get(ENDPOINT_OF[call]) ?? [];
    const isOver = (index: number) => (paces[index + 1]?.from ?? Number.POSITIVE_INFINITY) <= this.#now() - WINDOW_MS;
    return Math.max(...paces.filter((_, index) => !isOver(index)).map(({ limit }) => limit), 0);
  }

  #guess(): number {
    return this.#scenario.deploys[0]?.policy.openai.adminRequestsPerMinute ?? 0;
  }

  noteRests({ key, endpoints }: Rests): void {
    const rests = [...(key === null ? [] : [key]), ...Object.values(endpoints)];
    const groundless = rests.find(({ kind }) => !this.#isToRest(kind));
    if (groundless === undefined) return;
    this.#judge.violated('nothing rests but what was refused', `${groundless.kind}: ${groundless.reason}`);
  }

  /** A person has said that what has vanished is gone indeed. */
  noteConfirmed(): void {
    this.#isConfirmed = true;
  }

  noteRecord(
    before: CheckpointRecord | undefined,
    record: CheckpointRecord,
    records: Iterable<CheckpointRecord>,
  ): void {
    const { checkpoint } = record;
    this.#checkOpen(before, record);
    const others = [...records].filter((one) => one.checkpoint !== checkpoint);
    this.#checkPruned([...others, record]);
    if (record.gone === null || before === undefined || before.gone !== null) return;
    if (this.#organization.models.has(checkpoint) && !wasLost(this.#scenario, checkpoint)) {
      this.#judge.violated('only what is gone is taken for gone', describeCheckpoint(record));
    }
    const count = permissionsOf(before).filter(
      ({ state, projectId, toldDeleted }) =>
        (state === 'active' || state === 'orphaned') &&
        !toldDeleted &&
        record.permissions[projectId]?.state === 'revoked',
    ).length;
    this.#checkVanished(count, countTracked(before === undefined ? others : [...others, before]));
  }

  /** What people had shared before the ledger heard of it is theirs, or taken over: there is no need of another. */
  onCreated({ checkpoint, projectId, permissionId }: Permission): void {
    const { start, weather } = this.#scenario;
    // Where nobody can tell whose the key is, an empty list is the ordinary answer of what is older than the ledger (ADR 9).
    const { projects, lists } = weather.elsewhere?.answers ?? {};
    const isEmptied = lists === 'empty' && (projects === 'refused' || projects === 'forbidden');
    const isBlind = isEmptied || (weather.scope?.calls.includes('list') ?? false);
    const older = this.#organization
      .living(checkpoint)
      .find((other) => other.projectId === projectId && other.createdAt < start - DAY_MS);
    if (older === undefined || isBlind || wasLost(this.#scenario, checkpoint)) return;
    const detail = `${permissionId} beside ${older.permissionId} for ${projectId} on ${checkpoint}`;
    this.#judge.violated('what was shared before is found, not shared again', detail);
  }

  /** No row says revoked of what OpenAI has. A closed project's are closed with it. */
  #checkOpen(before: CheckpointRecord | undefined, record: CheckpointRecord): void {
    if (wasLost(this.#scenario, record.checkpoint)) return;
    for (const row of permissionsOf(record)) {
      if (row.state !== 'revoked' || before?.permissions[row.projectId]?.state === 'revoked') continue;
      if (this.#organization.everClosed.has(row.projectId)) continue;
      const kept = idsOf(row).find((id) => this.#organization.find(id)?.deleted === null);
      if (kept === undefined) continue;
      this.#judge.violated('nothing that OpenAI has is closed', `${kept} of ${describeCheckpoint(record)}`);
    }
  }

  /** More than five permissions and 15 % of what is tracked, within a day. */
  #checkVanished(count: number, tracked: number): void {
    const now = this.#now();
    const today = this.#vanished.filter(({ at }) => at > now - DAY_MS).reduce((sum, one) => sum + one.count, 0);
    this.#mostTracked = Math.max(this.#mostTracked, tracked + today);
    this.#vanished.push({ at: now, count });
    const total = today + count;
    if (total <= 5 || 100 * total <= 15 * this.#mostTracked || this.#isConfirmed) return;
    this.#judge.violated('what vanishes at once waits for a person', `${total} of ${this.#mostTracked} permissions`);
  }

  /** The same of what the policy wants no more; a plan that a person has confirmed does not count. */
  #checkPruned(records: readonly CheckpointRecord[]): void {
    const { permissions, untracked } = letGoSince(records, this.#now() - DAY_MS);
    this.#mostPrunable = Math.max(this.#mostPrunable, countTracked(records) + untracked);
    if (permissions <= 5 || 100 * permissions <= 15 * this.#mostPrunable) return;
    this.#judge.violated('what is pruned at once waits for a person', `${permissions} of ${this.#mostPrunable}`);
  }

  #isToRest(kind: RestKind): boolean {
    const { weather, storm } = this.#scenario;
    const { projects } = weather.elsewhere?.answers ?? {};
    const grounds: Readonly<Record<RestKind, boolean>> = {
      'key-refused': storm.keyTrouble,
      'key-unusable': false,
      'wrong-key': projects === 'denied',
      'key-doubted': projects === 'refused' || projects === 'forbidden' || weather.scope !== null,
      'scope-missing': weather.scope !== null,
      'account-refused': weather.quota !== null,
      'caller-refused': weather.caller !== null || projects === 'refused',
    };
    return grounds[kind];
  }
}
