import { dueOf, laneOf } from '../../core/checkpoint/due.ts';
import { isUnderWay } from '../../core/checkpoint/under-way.ts';
import { SecretUnusableError } from '../../core/errors.ts';
import type { CheckpointRecord, PermissionRecord } from '../../core/model/permission.ts';
import type { Rest } from '../../core/model/rests.ts';
import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { shownRestOf } from '../../core/pacing/rests.ts';
import { type Pause, pausedBy } from '../../core/pause/pause.ts';
import { readKey } from '../../core/secrets/api-key.ts';
import { readState } from '../change.ts';
import { toIso } from './answer.ts';
import type { Command } from './deps.ts';
import { type CommandDeps, wakeShare } from './deps.ts';
import { readPacer } from './endpoint-status.ts';
import { listedOf } from './list.ts';
import { projectIdsOf } from './names.ts';

/** `settling`: how far what a person asked for one checkpoint has come, and what is in its way. */
export const settling: Command<'settling'> = async (deps, { checkpoint, projects }) => {
  const { ledger, policy, now } = deps;
  const projectIds = projectIdsOf(policy, projects);
  const record = await ledger.getCheckpoint(checkpoint);
  const at = toIso(now());
  if (record === undefined) return { at, permissions: [], underWay: 0, nextCallAt: null, obstacle: null };
  const chosen = projectIds.map((projectId) => record.permissions[projectId]).filter((each) => each !== undefined);
  const pause = await readState(ledger, 'pause');
  const isWaiting = (permission: PermissionRecord) => permission.parked && laneOf(permission) !== null;
  const busy = chosen.filter((permission) => isWaiting(permission) || isUnderWay(permission, now()));
  const waits = busy.length === 0 ? NOTHING : await findWait(deps, record);
  if (waits.nextCallAt === at) await wakeShare(deps);
  return {
    at,
    permissions: listedOf(record, policy).filter(({ projectId }) => projectIds.includes(projectId)),
    underWay: busy.length,
    nextCallAt: waits.nextCallAt,
    obstacle: busy.length === 0 ? null : (pauseOf(pause, record, projectIds) ?? waits.obstacle),
  };
};

interface Wait {
  readonly nextCallAt: string | null;
  readonly obstacle: string | null;
}

const NOTHING: Wait = { nextCallAt: null, obstacle: null };

function pauseOf(pause: Pause, record: CheckpointRecord, projectIds: readonly string[]): string | null {
  if (pause.all !== null) return 'everything is paused: "ckpt resume" lets it go on';
  const paused = projectIds.map((projectId) =>
    pausedBy(pause, record, record.permissions[projectId] ?? { want: null }),
  );
  const [what] = paused.filter((each) => each !== null);
  return what === undefined ? null : `${what} is paused: "ckpt resume --${what}" lets it go on`;
}

/** When the checkpoint's next call can go; what keeps its endpoint from being called. */
async function findWait(deps: CommandDeps, record: CheckpointRecord): Promise<Wait> {
  const unusable = await adminKeyProblem(deps);
  const due = dueOf(record);
  if (due === null) return { nextCallAt: null, obstacle: unusable };
  const pacer = await readPacer(deps, deps.now());
  const name = ENDPOINT_OF[due.lane];
  const endpoint = pacer.find((each) => each.endpoint === name);
  const rest = shownRestOf(await readState(deps.ledger, 'rests'), name, deps.now());
  const slotAt = Math.max(due.at, Date.parse(endpoint?.nextCallAt ?? toIso(deps.now())));
  return {
    nextCallAt: toIso(Math.max(slotAt, deps.now())),
    obstacle: unusable ?? obstacleOf(rest),
  };
}

/** What rests waits for a person; only a gateway that has stumbled once may be on its feet again in a minute. */
function obstacleOf(rest: Rest | null): string | null {
  const mayPass = rest?.kind === 'caller-refused' && rest.tries === 1;
  return rest === null || mayPass ? null : rest.reason;
}

async function adminKeyProblem({ secrets, secretIds }: CommandDeps): Promise<string | null> {
  try {
    await readKey(secrets, secretIds.adminKey);
    return null;
  } catch (error) {
    if (error instanceof SecretUnusableError) return error.message;
    throw error;
  }
}
