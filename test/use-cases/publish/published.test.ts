import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announce, checkpointEvent, otherEvent } from '../../../lambdas/core/events/checkpoint-event.ts';
import type { Announcement, LedgerEvent } from '../../../lambdas/core/events/event.ts';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { publishedEvents } from '../../../lambdas/use-cases/publish/published.ts';
import { aCheckpoint, aPermission, DAY, MODEL, T0 } from '../../builders/checkpoints.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { expectAsPublished, toldPermissions } from './publishing.ts';

const AUTHOR = { actor: 'share', plan: 'a1b2' };
const POLICY = aPolicy([]);
const [PROJECT] = POLICY.projects;
const KNOWN = PROJECT?.id ?? '';

function tell(event: LedgerEvent | undefined, stack = 'Sharing') {
  if (event === undefined) throw new Error('there is something to tell');
  const events = publishedEvents(event, POLICY, stack);
  for (const each of events) expectAsPublished(each);
  return events;
}

/** What is told of a permission that goes from one state into another. */
function toldOf(before: readonly PermissionRecord[], after: readonly PermissionRecord[]) {
  return tell(checkpointEvent(aCheckpoint(...after), aCheckpoint(...before), AUTHOR, T0));
}

const asked = { askedAt: T0, doubt: null };

describe('what is done about permissions', () => {
  it('that were granted is Checkpoint Shared, with the names of those that have one', () => {
    const before = [aPermission(KNOWN, 'unknown', asked), aPermission('proj_elsewhere', 'unknown', asked)];
    const after = [aPermission(KNOWN, 'active'), aPermission('proj_elsewhere', 'active', { reason: 'as asked' })];
    expect(toldOf(before, after)).toEqual([
      {
        type: 'Checkpoint Shared',
        at: T0,
        detail: {
          version: 1,
          id: expect.stringMatching(/^[0-9a-f]{32}$/),
          ledgerEvent: `${new Date(T0).toISOString()}#${MODEL}#000000001`,
          at: new Date(T0).toISOString(),
          stack: 'Sharing',
          by: 'share',
          checkpoint: MODEL,
          jobId: 'ftjob-1',
          source: 'research',
          plan: 'a1b2',
          permissions: [
            {
              projectId: KNOWN,
              project: PROJECT?.alias,
              permissionId: `cp_${KNOWN}`,
              rule: 'everything',
              origin: 'policy',
              reason: null,
            },
            {
              projectId: 'proj_elsewhere',
              project: null,
              permissionId: 'cp_proj_elsewhere',
              rule: 'everything',
              origin: 'policy',
              reason: 'as asked',
            },
          ].sort((a, b) => (a.projectId < b.projectId ? -1 : 1)),
        },
      },
    ]);
  });

  it.each([
    ['drifted', false],
    ['pending', true],
  ] as const)('that is gone and %s is Permission Drifted, repairing: %s', (state, repairing) => {
    const told = toldOf([aPermission('proj_A', 'active')], [aPermission('proj_A', state)]);
    expect(told).toMatchObject([{ type: 'Permission Drifted', detail: { permissions: [{ repairing }] } }]);
  });

  it('that was told to be gone, and is shared again later, is no second drift', () => {
    expect(toldOf([aPermission('proj_A', 'drifted')], [aPermission('proj_A', 'pending')])).toEqual([]);
  });

  it('that was deleted is Permission Revoked, and of somebody else’s nothing is told', () => {
    const revoked = toldOf(
      [aPermission('proj_A', 'revoking'), aPermission('proj_B', 'foreign')],
      [aPermission('proj_A', 'revoked', { reason: 'no rule wants it' })],
    );
    expect(revoked).toMatchObject([
      {
        type: 'Permission Revoked',
        detail: { permissions: [{ projectId: 'proj_A', permissionId: 'cp_proj_A', reason: 'no rule wants it' }] },
      },
    ]);
    expect(revoked.flatMap(toldPermissions)).toHaveLength(1);
  });

  it('that is refused is Share Rejected, and not again with its daily retry', () => {
    const rejected = aPermission('proj_A', 'rejected', { reason: 'unknown project' });
    expect(toldOf([aPermission('proj_A', 'unknown')], [rejected])).toMatchObject([
      { type: 'Share Rejected', detail: { permissions: [{ permissionId: null, reason: 'unknown project' }] } },
    ]);
    const retried = aPermission('proj_A', 'unknown', { priority: 'retry' });
    expect(checkpointEvent(aCheckpoint(rejected), aCheckpoint(retried), AUTHOR, T0)).toBeUndefined();
  });

  it('in one write in several ways is one event a way, each under its own id', () => {
    const told = toldOf(
      [
        aPermission('proj_A', 'unknown', asked),
        aPermission('proj_B', 'unknown', asked),
        aPermission('proj_C', 'active'),
      ],
      [aPermission('proj_A', 'active'), aPermission('proj_B', 'rejected'), aPermission('proj_C', 'drifted')],
    );
    expect(told.map(({ type }) => type)).toEqual(['Checkpoint Shared', 'Permission Drifted', 'Share Rejected']);
    expect(new Set(told.map(({ detail }) => detail.id)).size).toBe(3);
  });

  it('that only somebody wants it, or that a person said so, is nothing for the bus', () => {
    expect(toldOf([], [aPermission('proj_A', 'pending')])).toEqual([]);
    expect(toldOf([aPermission('proj_A', 'active')], [aPermission('proj_A', 'orphaned')])).toEqual([]);
    expect(tell(otherEvent('paused', 'everything', AUTHOR, T0, 'request-1'))).toEqual([]);
  });
});

describe('what is announced', () => {
  const plan = { act: 'plan-waiting', planId: 'c3d4', about: 'revocations', permissions: 7, tracked: 20 } as const;
  const shutdown = {
    act: 'shutdown-ahead',
    baseModel: 'gpt-4o-mini-2024-07-18',
    date: '2027-01-14',
    source: 'table',
    daysLeft: 28,
    noticeDays: 30,
    checkpoints: 1,
    permissions: 3,
    projects: 3,
    examples: [MODEL],
  } as const;
  const key = {
    act: 'key-expiring',
    keyId: 'key_1',
    name: 'ckpt',
    kind: 'project',
    projectId: KNOWN,
    expiresAt: T0 + DAY,
  } as const;
  const of = (announcement: Announcement) => tell(announce(announcement, 'a note', AUTHOR, T0, 'unique'));
  const head = { version: 1, at: new Date(T0).toISOString(), stack: 'Sharing', by: 'share' };

  it('is Plan Needs Confirmation', () => {
    const { act: _, ...body } = plan;
    expect(of(plan)).toMatchObject([{ type: 'Plan Needs Confirmation', detail: { ...head, ...body } }]);
  });

  it('is Model Shutdown Ahead', () => {
    const { act: _, ...body } = shutdown;
    expect(of(shutdown)).toMatchObject([{ type: 'Model Shutdown Ahead', detail: { ...head, ...body } }]);
    expect(of({ ...shutdown, daysLeft: -3, noticeDays: 0, examples: [] })).toHaveLength(1);
  });

  it('by a later version, which a rollback has left, is nothing that this one could tell', () => {
    expect(of({ ...plan, act: 'of-tomorrow' } as unknown as Announcement)).toEqual([]);
  });

  it('is Key Expiring, of a project or of the organisation', () => {
    const expiresAt = new Date(T0 + DAY).toISOString();
    const { act: _, ...body } = key;
    expect(of(key)).toMatchObject([
      { type: 'Key Expiring', detail: { ...head, ...body, expiresAt, project: PROJECT?.alias } },
    ]);
    expect(of({ ...key, kind: 'admin', projectId: null })).toMatchObject([
      { detail: { projectId: null, project: null } },
    ]);
  });
});

describe('an event', () => {
  const many = (count: number, reason: string): CheckpointRecord =>
    aCheckpoint(...Array.from({ length: count }, (_, index) => aPermission(`proj_${index}`, 'rejected', { reason })));

  it('has the same id each time that it is told, and another in another stack', () => {
    const event = checkpointEvent(many(500, 'no'), aCheckpoint(), AUTHOR, T0);
    const ids = (stack?: string) => tell(event, stack).map(({ detail }) => detail.id);
    expect(ids()).toEqual(ids());
    expect(new Set([...ids(), ...ids('Other')]).size).toBe(2 * ids().length);
  });

  it('is never too large for ten in one request of 256 KB, whatever is written in it, and leaves nothing out', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), text, text, (count, reason, actor) => {
        const record = many(count, reason);
        const told = tell(checkpointEvent(record, aCheckpoint(), { actor, plan: null }, T0));
        for (const { detail } of told) expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(25_000);
        const projects = told.flatMap(toldPermissions).map(({ projectId }) => projectId);
        expect(projects.sort()).toEqual(Object.keys(record.permissions).sort());
        expect(new Set(told.map(({ detail }) => detail.id)).size).toBe(told.length);
      }),
      { numRuns: 30 },
    );
  });
});
