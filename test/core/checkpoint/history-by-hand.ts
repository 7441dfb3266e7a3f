import {
  forget,
  ignore,
  isIgnorable,
  isInDoubt,
  recall,
  releaseHold,
  withHold,
  withoutHold,
} from '../../../lambdas/core/checkpoint/hold.ts';
import { isBelievable } from '../../../lambdas/core/checkpoint/list-lag.ts';
import { idsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import { revocability, revokeByHand } from '../../../lambdas/core/checkpoint/revoke-by-hand.ts';
import { shareByHand } from '../../../lambdas/core/checkpoint/share-by-hand.ts';
import type { ActualPermission, Hold, PermissionRecord, Want } from '../../../lambdas/core/model/permission.ts';
import { unpark } from '../../../lambdas/core/pause/park.ts';
import { NOT_PAUSED } from '../../../lambdas/core/pause/pause.ts';
import { aHold, aWant, MINUTE } from '../../builders/checkpoints.ts';
import { History } from './history.ts';

const RESEARCH_PAUSED = { ...NOT_PAUSED, sources: { research: { at: 0, by: null, why: null } } };

/** The same, with what people do to single permissions, at any moment, as the operator's commands let them. */
export class HistoryByHand extends History {
  readonly #looks: { readonly at: number; readonly shown: readonly ActualPermission[] }[] = [];

  share(projectIds: readonly string[]): void {
    this.write(shareByHand(this.record, projectIds.map(byHand('operator')), this.now));
  }

  /** All of them or none. */
  revoke(projectIds: readonly string[], withhold: boolean): void {
    const rows = this.#rows(projectIds);
    const isFree = (row: PermissionRecord) =>
      ['delete', 'drop', 'nothing-to-do'].includes(revocability(this.record, row, this.now));
    if (!rows.every(isFree)) return;
    const named = rows.map(({ projectId }) => projectId);
    const revoked = revokeByHand(this.record, named, this.now);
    this.write(withhold ? withHold(revoked, named, this.#said('withheld')) : revoked);
  }

  forget(projectIds: readonly string[]): void {
    const rows = this.#rows(projectIds);
    if (rows.length === 0 || rows.some((row) => isInDoubt(this.record, row, this.now))) return;
    this.openai.disown(rows.flatMap(idsOf));
    const named = rows.map(({ projectId }) => projectId);
    this.write(forget(this.record, named, this.#said('forgotten')));
  }

  ignore(projectIds: readonly string[]): void {
    const rows = this.#rows(projectIds);
    const isFree = (row: PermissionRecord) => isIgnorable(row) && !isInDoubt(this.record, row, this.now);
    if (!rows.every(isFree)) return;
    const named = rows.map(({ projectId }) => projectId);
    this.write(ignore(this.record, named, this.#said('ignored')));
  }

  releaseHold(projectIds: readonly string[]): void {
    this.write(releaseHold(this.record, projectIds, this.now));
  }

  /** As a job that was forgotten is adopted again. */
  recall(projectIds: readonly string[]): void {
    this.write(recall(this.record, projectIds, this.now));
  }

  /** Forgets them, and a moment later takes that back; looks at once, or before long. */
  reconsider(projectIds: readonly string[], ms: number, atOnce: boolean): void {
    this.forget(projectIds);
    this.pass(ms);
    this.recall(projectIds);
    if (!atOnce) this.pass(2 * MINUTE);
    this.beginList();
    this.endList(0, false);
  }

  /** An operator begins to list. */
  lookForAdoption(): void {
    this.#looks.push({ at: this.now, shown: this.openai.list(this.now) });
  }

  adopt(which: number, projectIds: readonly string[]): void {
    const [look] = this.#looks.splice(which % Math.max(1, this.#looks.length), 1);
    if (look === undefined || this.record.inFlight !== null) return;
    const { at, shown } = look;
    const chosen = shown.filter(({ projectId }) => projectIds.includes(projectId));
    const isDoubted = this.#rows(projectIds).some((row) => isInDoubt(this.record, row, at));
    if (isDoubted || chosen.some((permission) => !isBelievable(this.record, permission, at))) return;
    const named = [...new Set(chosen.map(({ projectId }) => projectId))];
    this.write(resolveByList(withoutHold(this.record, named), shown, at, named.map(byHand('adopted'))));
  }

  paused(isPaused: boolean): void {
    this.pause = isPaused ? RESEARCH_PAUSED : NOT_PAUSED;
    this.write(unpark(this.record, this.pause));
  }

  override crash(): void {
    this.#looks.length = 0;
    super.crash();
  }

  #rows(projectIds: readonly string[]): readonly PermissionRecord[] {
    return projectIds.flatMap((projectId) => this.record.permissions[projectId] ?? []);
  }

  #said(kind: Hold['kind']): Hold {
    return aHold(kind, { at: this.now });
  }
}

const byHand =
  (origin: Want['origin']) =>
  (projectId: string): Want =>
    aWant(projectId, { origin, rule: null });
