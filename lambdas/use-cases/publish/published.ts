import { createHash } from 'node:crypto';
import type { LedgerEvent, PermissionChange } from '../../core/events/event.ts';
import { bytesOf, shortened } from '../../core/model/bytes.ts';
import { aliasOf, type Policy } from '../../core/policy/policy.ts';
import type { PublishedEvent } from '../../core/ports/event-bus.ts';
import type { DetailOf, DetailType, ToldPermission } from '../../shared/contract/published-events.ts';
import { toIso } from '../operate/answer.ts';

/**
 * So many bytes of JSON a list in one event, and so no more than 25 KB an event: ten, which go in one request, keep to
 * EventBridge's 256 KB together.
 */
const LIST_BYTES = 16 * 1024;
/** What OpenAI or a person has written, and no document bounds. JSON may make six bytes of one. */
const TEXT_BYTES = 1_000;

/**
 * What is told of an event of the ledger: mostly nothing or one thing, and several where one write did several things or
 * one thing to very many. The same event is told by the same ids each time. No key or secret is in the ledger, so none is here.
 */
export function publishedEvents(event: LedgerEvent, policy: Policy, stack: string): readonly PublishedEvent[] {
  const headOf = (type: DetailType, part: number) => ({
    version: 1 as const,
    id: createHash('sha256').update(`${stack} ${event.id} ${type} ${part}`).digest('hex').slice(0, 32),
    ledgerEvent: event.id,
    at: toIso(event.at),
    stack,
    by: shortened(event.actor, TEXT_BYTES),
  });
  type Head = ReturnType<typeof headOf>;
  const tell = <Type extends DetailType>(type: Type, detailOf: (head: Head) => DetailOf<Type>, part = 0) => {
    return { type, at: event.at, detail: detailOf(headOf(type, part)) };
  };

  const { checkpoint, jobId, source, plan, announcement } = event;
  if (checkpoint !== null) {
    return (Object.keys(SAYS) as (keyof typeof SAYS)[]).flatMap((type) => {
      const permissions = event.changes.filter(SAYS[type]).map((change) => toldPermission(change, type, policy));
      return chunks(permissions).map((part, index) =>
        tell(type, (head) => ({ ...head, checkpoint, jobId, source, plan, permissions: part }), index),
      );
    });
  }
  switch (announcement?.act) {
    case 'plan-waiting': {
      const { act: _, ...body } = announcement;
      return [tell('Plan Needs Confirmation', (head) => ({ ...head, ...body }))];
    }
    case 'shutdown-ahead': {
      const { act: _, ...body } = announcement;
      const [examples = []] = chunks(body.examples);
      return [tell('Model Shutdown Ahead', (head) => ({ ...head, ...body, examples }))];
    }
    case 'key-expiring': {
      const { act: _, ...body } = announcement;
      const { name, projectId, expiresAt } = body;
      const project = projectId === null ? null : aliasOf(policy, projectId);
      const cut = { name: shortened(name, TEXT_BYTES), project, expiresAt: toIso(expiresAt) };
      return [tell('Key Expiring', (head) => ({ ...head, ...body, ...cut }))];
    }
    // No announcement, or one of a later version, which this one has no words for.
    default:
      return [];
  }
}

/** Which changes of permissions are told, and as what. Others, such as that something is wanted now, are in `ckpt events`. */
const SAYS = {
  'Checkpoint Shared': ({ act }) => act === 'shared',
  // Of one that was told to be gone before, and is shared again now, nothing is new.
  'Permission Drifted': ({ act, from }) =>
    act === 'drifted' || (act === 'repair' && (from === 'active' || from === 'orphaned')),
  // What others have given, and taken away again, was none of ours.
  'Permission Revoked': ({ act, from }) => act === 'revoked' && from !== 'foreign',
  'Share Rejected': ({ act }) => act === 'rejected',
} as const satisfies Partial<Record<DetailType, (change: PermissionChange) => boolean>>;

function toldPermission(change: PermissionChange, type: DetailType, policy: Policy): ToldPermission {
  const { projectId, permissionId, rule, origin, reason, act } = change;
  return {
    projectId,
    project: aliasOf(policy, projectId),
    permissionId,
    rule,
    origin,
    reason: reason === null ? null : shortened(reason, TEXT_BYTES),
    ...(type === 'Permission Drifted' && { repairing: act === 'repair' }),
  };
}

/** The list in parts of so many bytes, at least one item each. */
function chunks<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const parts: Item[][] = [];
  let left = 0;
  for (const item of items) {
    const bytes = bytesOf(JSON.stringify(item)) + 1;
    if (bytes > left) {
      parts.push([]);
      left = LIST_BYTES;
    }
    parts.at(-1)?.push(item);
    left -= bytes;
  }
  return parts;
}
