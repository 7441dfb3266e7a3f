import { isKeyUnusable } from '../../core/checkpoint/answers.ts';
import { postponeList, resolveByList, resolveGone } from '../../core/checkpoint/resolve.ts';
import { NotFoundError, OpenAIError, ThrottledError } from '../../core/errors.ts';
import type { ActualPermission, CheckpointRecord, Priority } from '../../core/model/permission.ts';
import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { changeCheckpoint } from '../change-checkpoint.ts';
import { rememberProjects } from './create-step.ts';
import type { Turn } from './turn.ts';

/**
 * Lists every page of a checkpoint's permissions and brings the record to what they show. The slot of the first page
 * has been granted. A list that is not complete changes nothing but the time of the next try.
 */
export async function listStep(turn: Turn, record: CheckpointRecord, priority: Priority): Promise<void> {
  const { ledger, now, log } = turn.deps;
  const context = { checkpoint: record.checkpoint, jobId: record.jobId };
  // Its pages may be minutes apart; it proves nothing about what was asked for or deleted in between.
  const begunAt = now();
  const listed = await listAll(turn, record.checkpoint, priority);
  const resolved = await changeCheckpoint(ledger, record, (current) => {
    switch (listed.kind) {
      case 'complete':
        return resolveByList(current, listed.permissions, begunAt);
      case 'gone':
        return resolveGone(current, listed.reason, begunAt);
      case 'failed':
        return postponeList(current, now(), listed.reason);
      case 'not-done':
        return current;
    }
  });
  if (listed.kind === 'complete') {
    log.info('Permissions listed', { ...context, listed: listed.permissions.length });
    await rememberProjects(turn, resolved, { kind: 'created', permissions: [], complete: true });
  } else if (listed.kind !== 'not-done') {
    log.warn('Permissions not listed', { ...context, ...listed });
  }
}

type Listed =
  | { readonly kind: 'complete'; readonly permissions: readonly ActualPermission[] }
  | { readonly kind: 'gone' | 'failed'; readonly reason: string }
  | { readonly kind: 'not-done' };

async function listAll(turn: Turn, checkpoint: string, priority: Priority): Promise<Listed> {
  const { permissions: api, pacer } = turn.deps;
  const permissions: ActualPermission[] = [];
  let after: string | null = null;
  try {
    for (;;) {
      const page = await api.list(checkpoint, after);
      permissions.push(...page.permissions);
      if (page.next === null) return { kind: 'complete', permissions };
      after = page.next;
      if (!(await slotForNextPage(turn, priority))) return { kind: 'not-done' };
    }
  } catch (error) {
    if (error instanceof ThrottledError) {
      await pacer.throttled(ENDPOINT_OF.list, error.retryAfterSeconds);
      return { kind: 'not-done' };
    }
    if (isKeyUnusable(error)) {
      await turn.giveUpKey(error);
      return { kind: 'not-done' };
    }
    if (error instanceof NotFoundError) return { kind: 'gone', reason: error.message };
    if (error instanceof OpenAIError) return { kind: 'failed', reason: error.message };
    throw error;
  }
}

async function slotForNextPage(turn: Turn, priority: Priority): Promise<boolean> {
  while (await turn.goesOn()) {
    const slot = await turn.slot('list', priority);
    if (slot !== 'nap') return slot === 'granted';
  }
  return false;
}
