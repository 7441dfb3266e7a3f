import { createAnswerOf } from '../../core/checkpoint/answers.ts';
import { beginCreate, type CreateAnswer, endCreate } from '../../core/checkpoint/create.ts';
import { permissionsOf } from '../../core/checkpoint/record.ts';
import { projectsToBlame } from '../../core/checkpoint/refused.ts';
import type { CheckpointRecord, InFlight, PermissionRecord } from '../../core/model/permission.ts';
import { park } from '../../core/pause/park.ts';
import { changeCheckpoint } from '../change.ts';
import { inDoubt } from './key-proof.ts';
import type { Turn } from './turn.ts';

/**
 * Whether a POST is really called for. Where every due target belongs to a project that OpenAI refuses, the record is
 * settled without a call, and no slot is spent.
 */
export async function needsCreate(turn: Turn, record: CheckpointRecord): Promise<boolean> {
  const { ledger, now, callDeadlineMs } = turn.deps;
  // A person may have pardoned one of them since this turn began.
  if (permissionsOf(record).some((permission) => isRefused(turn, permission))) await turn.readRefused();
  if (beginCreate(record, turn.refused, now(), callDeadlineMs).projectIds.length > 0) return true;
  await changeCheckpoint(ledger, record, (current) => {
    const begun = beginCreate(current, turn.refused, now(), callDeadlineMs);
    return begun.projectIds.length === 0 ? begun.record : current;
  });
  return false;
}

/** Whether it is to be asked for, and would be left out because of its project. */
function isRefused({ refused }: Turn, { projectId, state }: PermissionRecord): boolean {
  return state === 'pending' && refused.has(projectId);
}

/** One POST: marked as in flight before it, recorded in one write after it. The slot for it has been granted. */
export async function createStep(turn: Turn, record: CheckpointRecord): Promise<void> {
  const { ledger, now, callDeadlineMs } = turn.deps;
  let call: InFlight | null = null;
  const marked = await changeCheckpoint(ledger, record, (current) => {
    const isFree = current.inFlight === null;
    const ready = park(current, turn.pause, 'create', now());
    const begun = isFree ? beginCreate(ready, turn.refused, now(), callDeadlineMs).record : current;
    call = isFree ? begun.inFlight : null;
    return begun;
  });
  if (call === null) return;
  await carryOut(turn, marked, call);
}

async function carryOut(turn: Turn, marked: CheckpointRecord, call: InFlight): Promise<void> {
  const { ledger, now, log, markingMs } = turn.deps;
  const inTime = now() - call.startedAt <= markingMs;
  const answer = inTime ? await askToCreate(turn, marked.checkpoint, call.projectIds) : MARKED_TOO_LATE;
  const ended = await changeCheckpoint(ledger, marked, (current) => endCreate(current, call, answer, now()));

  const context = { checkpoint: marked.checkpoint, jobId: marked.jobId };
  if (answer.kind === 'created') {
    const granted = answer.permissions.map(({ projectId, permissionId }) => ({ projectId, permissionId }));
    log.info('Checkpoint shared', { ...context, granted });
  } else {
    log.warn('Checkpoint not shared', { ...context, projectIds: call.projectIds, ...answer });
  }
  await rememberProjects(turn, ended, answer);
}

/** The mark took so long that the call could outlive the deadline that the mark names: it is not made. */
const MARKED_TOO_LATE: CreateAnswer = { kind: 'not-done', reason: 'the ledger was slow', blameless: true };

async function askToCreate(turn: Turn, checkpoint: string, projectIds: readonly string[]): Promise<CreateAnswer> {
  const { permissions } = turn.deps;
  try {
    const post = () => permissions.create(checkpoint, projectIds);
    const created = await turn.ask('create', post, (answer) => answer.permissions.length > 0);
    return { kind: 'created', ...created };
  } catch (error) {
    return judgeCreate(turn, checkpoint, createAnswerOf(error, projectIds));
  }
}

/** To the key of another organisation, OpenAI knows neither the checkpoint nor the projects, in whatever words. */
async function judgeCreate(turn: Turn, checkpoint: string, answer: CreateAnswer): Promise<CreateAnswer> {
  if (answer.kind !== 'not-found' && answer.kind !== 'forbidden' && (answer.kind !== 'refused' || answer.forGood)) {
    return answer;
  }
  const named = answer.kind === 'refused' && answer.named.length > 0 ? answer.named : [checkpoint];
  const worth = await turn.witnesses.judgeRefusal(named, answer.reason);
  if (worth === 'believed') return answer;
  if (worth === 'foreign') return OF_ANOTHER_ORGANISATION;
  return { ...answer, reason: inDoubt(answer.reason), doubt: worth === 'only' ? 'only' : 'several' };
}

const OF_ANOTHER_ORGANISATION: CreateAnswer = {
  kind: 'not-done',
  reason: 'the admin key is of another organisation',
  blameless: true,
};

/** A project that OpenAI refuses is left out of other checkpoints' POSTs; one that it takes again is not. */
export async function rememberProjects(turn: Turn, record: CheckpointRecord, answer: CreateAnswer): Promise<void> {
  const { ledger, log } = turn.deps;
  const named = answer.kind === 'refused' && !answer.forGood ? answer.named : [];
  for (const project of projectsToBlame(record, named)) {
    if (turn.refused.get(project.projectId)?.retryAt === project.retryAt) continue;
    turn.refused.set(project.projectId, project);
    await ledger.refuseProject(project);
    log.warn('Project left out until its next try', { ...project });
  }
  if (answer.kind !== 'created') return;
  for (const { projectId } of answer.permissions) {
    if (turn.refused.delete(projectId)) await ledger.pardonProject(projectId);
  }
}
