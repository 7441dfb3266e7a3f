import type { AuditEvent, KeyDeleted, PermissionCreated, ProjectEvent } from '../../core/audit/event.ts';
import { type FoundDeletion, takeInEvent } from '../../core/audit/permission-event.ts';
import { closeProject, concernsProject, isOpenSince, refusedBy } from '../../core/audit/project-event.ts';
import { newCheckpoint } from '../../core/checkpoint/record.ts';
import { withDeletion } from '../../core/keys/key-watch.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { changeCheckpoint, changeState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { tellUnwritten, tryRow } from '../side-by-side.ts';
import type { Turn } from './turn.ts';

type Found = PermissionCreated | FoundDeletion;

/** Brings the ledger to what the audit log tells. The events come oldest first; taken in again, they change nothing. */
export async function takeInAudit(turn: Turn, events: readonly AuditEvent[]): Promise<void> {
  for (const [checkpoint, found] of await findCheckpoints(turn.deps.ledger, events)) {
    await eachAlone(turn, checkpoint, () => takeInPermissions(turn, checkpoint, found));
  }
  await closeProjects(turn, events.filter(isOfProject));
  await noteDeletedKeys(
    turn,
    events.filter((event) => event.kind === 'key-deleted'),
  );
}

/** What cannot be written of one checkpoint keeps none of the other events from being taken in: a LIST tells of it later. */
async function eachAlone({ deps }: Turn, checkpoint: string, work: () => Promise<unknown>): Promise<void> {
  const failed = await tryRow(checkpoint, work);
  if (failed !== undefined) tellUnwritten(deps.log, [failed]);
}

function isOfProject(event: AuditEvent): event is ProjectEvent {
  return event.kind === 'project-archived' || event.kind === 'project-deleted';
}

/** The events of permissions by checkpoint; without the deletions of permissions that nobody here has ever seen. */
async function findCheckpoints(ledger: Ledger, events: readonly AuditEvent[]) {
  const found = new Map<string, Found[]>();
  const note = (checkpoint: string, event: Found) => {
    found.set(checkpoint, [...(found.get(checkpoint) ?? []), event]);
  };
  const created = new Map<string, PermissionCreated>();
  for (const event of events) {
    if (event.kind === 'permission-created') {
      created.set(event.permissionId, event);
      note(event.checkpoint, event);
    } else if (event.kind === 'permission-deleted') {
      const { permissionId } = event;
      const place = created.get(permissionId) ?? (await ledger.findPermission(permissionId));
      if (place !== undefined) note(place.checkpoint, { ...event, projectId: place.projectId });
    }
  }
  return found;
}

async function takeInPermissions(turn: Turn, checkpoint: string, events: readonly Found[]): Promise<void> {
  const { ledger, now, log } = turn.deps;
  let told: readonly Found[] = [];
  const { jobId } = await changeCheckpoint(ledger, newCheckpoint(checkpoint, NOWHERE), (current) => {
    told = [];
    // Most of the organisation's checkpoints may be nobody's business here.
    if (current.version === 0) return current;
    return events.reduce((record, event) => {
      const next = takeInEvent(record, event, now());
      if (next !== record) told = [...told, event];
      return next;
    }, current);
  });
  for (const { kind, permissionId, projectId, actor, at } of told) {
    log.warn('Taken in from the audit log', { kind, checkpoint, jobId, permissionId, projectId, actor, at });
  }
}

const NOWHERE = { source: null, jobId: null };

/** Projects are rarely closed, so that it is worth going through the whole ledger for one. */
async function closeProjects(turn: Turn, events: readonly ProjectEvent[]): Promise<void> {
  if (events.length === 0) return;
  const { ledger, now, log } = turn.deps;
  const closed = new Map(events.map((event) => [event.projectId, event]));
  const concerned = new Map<string, Set<string>>();
  for await (const record of everyItem(ledger.listCheckpoints)) {
    for (const event of closed.values()) {
      if (isOpenSince(record, event)) closed.delete(event.projectId);
      else if (concernsProject(record, event.projectId)) {
        concerned.set(event.projectId, (concerned.get(event.projectId) ?? new Set()).add(record.checkpoint));
      }
    }
  }
  for (const event of closed.values()) {
    const checkpoints = concerned.get(event.projectId);
    if (checkpoints === undefined) continue;
    // First, so that nothing more is asked for it in this very turn.
    const refused = refusedBy(event);
    turn.refused.set(refused.projectId, refused);
    await ledger.refuseProject(refused);
    for (const checkpoint of checkpoints) {
      await eachAlone(turn, checkpoint, () =>
        changeCheckpoint(ledger, newCheckpoint(checkpoint, NOWHERE), (record) => closeProject(record, event, now())),
      );
    }
    log.warn('Project closed at OpenAI', { ...refused, checkpoints: checkpoints.size });
  }
}

/** The keys function tells of those that somebody else has deleted. Most are nobody's business here. */
async function noteDeletedKeys({ deps: { ledger } }: Turn, events: readonly KeyDeleted[]): Promise<void> {
  if (events.length === 0) return;
  await changeState(ledger, 'keyWatch', (watch) => events.reduce(withDeletion, watch));
}
