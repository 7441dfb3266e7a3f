import { expect } from 'vitest';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { beginCreate, type CreateAnswer, endCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { idsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { projectsToBlame } from '../../../lambdas/core/checkpoint/refused.ts';
import { postponeList, resolveByList, wantsOf } from '../../../lambdas/core/checkpoint/resolve.ts';
import { resolveByPart } from '../../../lambdas/core/checkpoint/resolve-part.ts';
import { type DeleteAnswer, endDelete, nextToRevoke } from '../../../lambdas/core/checkpoint/revoke.ts';
import type { ActualPermission, CheckpointRecord, RefusedProject } from '../../../lambdas/core/model/permission.ts';
import { park } from '../../../lambdas/core/pause/park.ts';
import { NOT_PAUSED, type Pause, pausedBy } from '../../../lambdas/core/pause/pause.ts';
import { plan } from '../../../lambdas/core/plan/plan.ts';
import { aCheckpoint, aWant, T0, wantByRules } from '../../builders/checkpoints.ts';
import { checkRecord, Told } from './history-checks.ts';
import { DEADLINE_MS, ModelOpenAI } from './model.ts';

/** Projects that the model of OpenAI does not take. */
export const BAD = new Set(['proj_BAD']);
export const PROJECTS = ['proj_A', 'proj_B', 'proj_C', 'proj_BAD'] as const;

export type Fate =
  | 'answered'
  | 'lost-after'
  | 'lost-before'
  | 'throttled'
  | 'unavailable'
  | 'not-found'
  | 'refused-silent'
  | 'left-out'
  | 'truncated';

interface Post {
  readonly projectIds: readonly string[];
  readonly startedAt: number;
  readonly answer: CreateAnswer;
}

interface Delete {
  readonly call: { readonly projectId: string; readonly permissionId: string };
  readonly answer: DeleteAnswer;
}

interface Listing {
  readonly at: number;
  readonly shown: readonly ActualPermission[];
}

/**
 * What may happen to one checkpoint, a step at a time: wishes, calls that begin, take effect and are answered at any
 * time later or never, lists that lag, other people's hands. Checks after every step what must always hold.
 */
export class History {
  readonly openai = new ModelOpenAI();
  record: CheckpointRecord = aCheckpoint();
  now = T0;
  posts = 0;
  pause: Pause = NOT_PAUSED;
  readonly #told = new Told();
  readonly #refused = new Map<string, RefusedProject>();
  readonly #posts: Post[] = [];
  readonly #deletes: Delete[] = [];
  readonly #listings: Listing[] = [];

  pass(ms: number): void {
    this.now += ms;
  }

  want(projectIds: readonly string[]): void {
    const wants = projectIds.map((projectId) => aWant(projectId));
    const next = wantByRules(this.record, wants, this.now);
    expect(wantByRules(next, wants, this.now)).toBe(next);
    this.write(next);
  }

  /** Revokes whatever nobody wants, as a confirmed plan does. */
  prune(): void {
    const { permissions, holds } = this.record;
    const wanted = wantsOf(this.record);
    const actions = plan({ wanted, recorded: permissions, actual: 'unknown', prune: true, holds });
    this.write(applyActions(this.record, actions, this.now));
  }

  beginPost(fate: Fate, effectMs: number, lagMs: number): void {
    const free = park(this.record, this.pause, 'create', this.now);
    const { record, projectIds } = beginCreate(free, this.#refused, this.now, DEADLINE_MS);
    this.write(record);
    if (projectIds.length === 0) return;
    this.posts++;
    this.#expectFree(projectIds);
    // Whatever took or will take effect of an earlier call is known by now, or this makes a second one.
    for (const { permissionId, projectId, made } of this.openai.alive(this.now)) {
      if (made && projectIds.includes(projectId)) expect(`${permissionId} of ${projectId}`).toBe('known');
    }
    const answer = this.#carryOut(projectIds, fate, this.now + effectMs, lagMs);
    this.#posts.push({ projectIds, startedAt: this.now, answer });
  }

  /** Nobody has said that they are not to have it, and nothing that wants it is paused. */
  #expectFree(projectIds: readonly string[]): void {
    for (const projectId of projectIds) {
      const { holds, permissions } = this.record;
      expect(holds?.[projectId], `what is said of ${projectId}, which is to be shared`).toBeUndefined();
      expect(pausedBy(this.pause, this.record, permissions[projectId] ?? { want: null })).toBeNull();
    }
  }

  #carryOut(projectIds: readonly string[], fate: Fate, at: number, lagMs: number): CreateAnswer {
    const reason: string = fate;
    const good = projectIds.filter((projectId) => !BAD.has(projectId));
    if (fate === 'lost-before') return { kind: 'uncertain', reason };
    if (fate === 'throttled') return { kind: 'not-done', reason, blameless: true };
    if (fate === 'unavailable') return { kind: 'not-done', reason, blameless: false };
    if (fate === 'not-found') return { kind: 'not-found', reason };
    const isRefused = good.length < projectIds.length && fate !== 'left-out';
    if (isRefused) {
      const named = fate === 'refused-silent' ? [] : projectIds.filter((projectId) => BAD.has(projectId));
      return fate === 'lost-after' ? { kind: 'uncertain', reason } : { kind: 'refused', reason, named, forGood: false };
    }
    const permissions = this.openai.grant(good, at, lagMs);
    return fate === 'lost-after' ? { kind: 'uncertain', reason } : created(permissions, fate);
  }

  /** The answer of one of the calls under way is recorded, in whatever order, however late. */
  endPost(which: number): void {
    const [post] = this.#posts.splice(which % Math.max(1, this.#posts.length), 1);
    if (post === undefined) return;
    const { answer } = post;
    // No answer comes before the effect that it tells of.
    const effects = answer.kind === 'created' ? answer.permissions.map(({ createdAt }) => createdAt) : [];
    this.now = Math.max(this.now, ...effects.map((at) => at + 1_000));
    this.write(endCreate(this.record, post, answer, this.now));
    const named = answer.kind === 'refused' ? answer.named : [];
    for (const project of projectsToBlame(this.record, named)) this.#refused.set(project.projectId, project);
  }

  beginList(): void {
    this.#listings.push({ at: this.now, shown: this.openai.list(this.now) });
  }

  /** One of the lists under way has come to its end. */
  endList(which: number, failed: boolean): void {
    const [listing] = this.#listings.splice(which % Math.max(1, this.#listings.length), 1);
    if (listing === undefined) return;
    const { at, shown } = listing;
    this.write(failed ? postponeList(this.record, this.now, 'unavailable') : resolveByList(this.record, shown, at));
  }

  /** One of the lists under way has come to its end, and nobody can read one of its entries. */
  endListInPart(which: number, unread: number): void {
    const [listing] = this.#listings.splice(which % Math.max(1, this.#listings.length), 1);
    if (listing === undefined) return;
    const { at: begunAt, shown: all } = listing;
    const shown = all.filter((_, index) => index !== unread % Math.max(1, all.length));
    const odd = [{ id: null, problem: 'another form than documented, at id' }];
    this.write(resolveByPart(this.record, { shown, odd, begunAt }, this.now));
  }

  beginDelete(fate: Fate, effectMs: number, lagMs: number): void {
    this.write(park(this.record, this.pause, 'delete', this.now));
    const call = nextToRevoke(this.record, this.now);
    if (call === undefined) return;
    const hold = this.record.holds?.[call.projectId]?.kind ?? 'withheld';
    expect(hold, `what is said of ${call.projectId}, which is to be deleted`).toBe('withheld');
    expect(pausedBy(this.pause, this.record, { want: null })).toBeNull();
    expect(idsOf(this.record.permissions[call.projectId] ?? aRowFor(call))).toContain(call.permissionId);
    const hasEffect = ['answered', 'lost-after', 'left-out'].includes(fate);
    if (hasEffect) this.openai.delete(call.permissionId, this.now + effectMs, lagMs);
    this.#deletes.push({ call, answer: deleteAnswerOf(fate) });
  }

  endDelete(which: number): void {
    const [pending] = this.#deletes.splice(which % Math.max(1, this.#deletes.length), 1);
    if (pending === undefined) return;
    if (pending.answer.kind === 'deleted') this.now += DEADLINE_MS;
    this.write(endDelete(this.record, pending.call, pending.answer, this.now));
  }

  /** Not in the very minutes in which a call of ours for that project is in doubt: nobody could tell whose is whose. */
  grantByHand(projectId: string, lagMs: number): void {
    if (this.record.permissions[projectId]?.state === 'unknown') return;
    this.openai.grant([projectId], this.now, lagMs, false);
    this.now += 2_000;
  }

  deleteByHand(which: number): void {
    const alive = this.openai.alive(this.now).filter(({ projectId }) => projectId !== 'proj_THEIRS');
    const target = alive[which % Math.max(1, alive.length)];
    if (target !== undefined) this.openai.delete(target.permissionId, this.now, 0);
  }

  /** Whatever was under way is never heard of again, and its effects have come to pass. */
  crash(): void {
    for (const list of [this.#posts, this.#deletes, this.#listings]) list.length = 0;
    this.now += DEADLINE_MS;
  }

  protected write(next: CheckpointRecord): void {
    const before = this.record;
    this.record = next;
    checkRecord(next);
    this.#told.write(before, next);
  }
}

function created(permissions: readonly ActualPermission[], fate: Fate): CreateAnswer {
  const isTruncated = fate === 'truncated' && permissions.length > 1;
  return { kind: 'created', permissions: isTruncated ? permissions.slice(1) : permissions, complete: !isTruncated };
}

function deleteAnswerOf(fate: Fate): DeleteAnswer {
  if (fate === 'answered' || fate === 'left-out') return { kind: 'deleted' };
  if (fate === 'throttled') return { kind: 'not-done', reason: fate, blameless: true };
  if (fate === 'refused-silent') return { kind: 'refused', reason: fate };
  return { kind: 'not-done', reason: fate, blameless: false };
}

function aRowFor({ projectId }: { readonly projectId: string }): never {
  throw new Error(`A permission of ${projectId} is to be deleted, which the record does not have`);
}
