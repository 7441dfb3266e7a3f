import { deleteAnswerOf } from '../../core/checkpoint/answers.ts';
import { type DeleteAnswer, endDelete, nextToRevoke } from '../../core/checkpoint/revoke.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { changeCheckpoint } from '../change.ts';
import { inDoubt } from './key-proof.ts';
import type { Turn } from './turn.ts';

/** One DELETE of a permission that the ledger owns. Needs no mark: nothing can be deleted twice. */
export async function deleteStep(turn: Turn, record: CheckpointRecord): Promise<void> {
  const { ledger, now, log } = turn.deps;
  const call = nextToRevoke(record, now());
  if (call === undefined) return;
  const answer = await askToDelete(turn, record.checkpoint, call.permissionId);
  await changeCheckpoint(ledger, record, (current) => endDelete(current, call, answer, now()));
  const context = { checkpoint: record.checkpoint, jobId: record.jobId, ...call };
  if (answer.kind === 'deleted') log.info('Permission revoked', context);
  else if (answer.kind === 'absent') log.info('Permission not there to be revoked; a list has to confirm it', context);
  else log.warn('Permission not revoked', { ...context, ...answer });
}

async function askToDelete(turn: Turn, checkpoint: string, permissionId: string): Promise<DeleteAnswer> {
  const { permissions } = turn.deps;
  try {
    const remove = () => permissions.delete(checkpoint, permissionId);
    return { kind: await turn.ask('delete', remove, (answer) => answer === 'deleted') };
  } catch (error) {
    const answer = deleteAnswerOf(error);
    if (answer.kind !== 'refused') return answer;
    const worth = await turn.witnesses.judgeRefusal([checkpoint], answer.reason);
    if (worth === 'believed') return answer;
    return { kind: 'not-done', reason: inDoubt(answer.reason), blameless: worth === 'foreign' };
  }
}
