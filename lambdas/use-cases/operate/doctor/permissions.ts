import type { Status } from '../../../shared/contract/operator.ts';
import { type Found, good, notice } from './check.ts';

/** Permissions that are wanted and not there, and are left so. */
export function judgePermissions({
  permissions,
  flapping,
}: Pick<Status, 'permissions' | 'flapping'>): readonly Found[] {
  const { drifted, rejected } = permissions;
  const found = [
    ...(drifted === 0
      ? []
      : [
          notice(
            `Permissions that are gone at OpenAI and left so (drifted): ${drifted}.`,
            '"ckpt list --state drifted" shows them; "ckpt repair CHECKPOINT" shares again.',
          ),
        ]),
    ...(flapping === 0
      ? []
      : [
          notice(
            `Of these, taken away again and again (flapping) and repaired no more: ${flapping}.`,
            `Find out who revokes them (the organisation's audit log tells), then "ckpt repair CHECKPOINT".`,
          ),
        ]),
    ...(rejected === 0
      ? []
      : [
          notice(
            `Permissions that OpenAI refuses (rejected): ${rejected}.`,
            '"ckpt list --state rejected" says why; they are tried again once a day.',
          ),
        ]),
  ];
  return found.length > 0 ? found : [good('No permission is drifted or rejected.')];
}
