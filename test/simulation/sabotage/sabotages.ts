import { SETTLE_MS } from '../../../lambdas/core/checkpoint/retries.ts';
import { UnavailableError, UncertainError } from '../../../lambdas/core/errors.ts';
import { done } from '../../../lambdas/core/model/outcome.ts';
import { SABOTAGES_BY_HAND } from './by-hand.ts';
import { SABOTAGES_FROM_OUTSIDE } from './from-outside.ts';
import { SABOTAGES_OF_FULL_PASS } from './full-pass.ts';
import { mapPermissions, markingInMemory, showing, storing } from './records.ts';
import type { Sabotage } from './sabotage.ts';

/** One by one, every rule that the design relies on, taken away. By the name under which the command takes them. */
export const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  'no-mark': {
    without: 'Before a POST the row is marked as in flight',
    ledger: markingInMemory,
  },
  'one-id-a-post': {
    without: 'After a POST every returned permission id is recorded',
    ledger: (ledger) =>
      storing(ledger, (record, before) => {
        let isFirst = true;
        return mapPermissions(record, (permission) => {
          const isNew = permission.permissionId !== before.permissions[permission.projectId]?.permissionId;
          if (!isNew || permission.permissionId === null || before.inFlight === null) return permission;
          const kept = isFirst ? permission : { ...permission, permissionId: null };
          isFirst = false;
          return kept;
        });
      }),
  },
  'blind-retry': {
    without: 'A POST whose answer never came is never simply sent again',
    permissions: (api) => ({
      ...api,
      create: (checkpoint, projectIds) =>
        api.create(checkpoint, projectIds).catch((error: unknown) => {
          if (error instanceof UncertainError) return api.create(checkpoint, projectIds);
          throw error;
        }),
    }),
  },
  'uncertain-is-undone': {
    without: 'A POST whose answer never came is unknown, not undone',
    permissions: (api) => ({
      ...api,
      create: (checkpoint, projectIds) =>
        api.create(checkpoint, projectIds).catch((error: unknown) => {
          throw error instanceof UncertainError ? new UnavailableError(error.message) : error;
        }),
    }),
  },
  'list-believed-at-once': {
    without: 'A LIST is believed only after the time that it may lag',
    ledger: (ledger) =>
      showing(ledger, (record) =>
        mapPermissions(record, (permission) => {
          const { askedAt, state } = permission;
          const isDoubted = state === 'unknown' && record.inFlight === null && askedAt !== null;
          return isDoubted ? { ...permission, askedAt: askedAt - SETTLE_MS } : permission;
        }),
      ),
  },
  'fresh-is-shown': {
    without: 'What was just granted may not show in a list yet',
    shareLedger: (ledger) =>
      showing(ledger, (record) =>
        mapPermissions(record, (permission) => {
          const { state, askedAt, sharedAt } = permission;
          if (state !== 'active' && state !== 'orphaned' && state !== 'foreign') return permission;
          return { ...permission, askedAt: askedAt && askedAt - SETTLE_MS, sharedAt: sharedAt && sharedAt - SETTLE_MS };
        }),
      ),
  },
  'second-untracked': {
    without: 'A second permission of a project is tracked as well',
    ledger: (ledger) =>
      storing(ledger, (record) => mapPermissions(record, (permission) => ({ ...permission, duplicateIds: [] }))),
  },
  'kept-while-deleting': {
    without: 'What is wanted again while it is deleted may be deleted all the same',
    ledger: (ledger) =>
      storing(ledger, (record, before) =>
        mapPermissions(record, (permission) => {
          const wasRevoking = before.permissions[permission.projectId]?.state === 'revoking';
          if (!wasRevoking || permission.state !== 'unknown') return permission;
          return { ...permission, state: 'active', notBefore: null, doubt: null };
        }),
      ),
  },
  'first-page-only': {
    without: 'A partial LIST is no LIST',
    permissions: (api) => ({
      ...api,
      list: async (checkpoint, after) => ({ ...(await api.list(checkpoint, after)), next: null }),
    }),
  },
  'acknowledged-first': {
    without: 'No message is acknowledged before what it asks for is in the ledger',
    handle: (handle) => async (request, attempt) => {
      void handle(request, attempt);
      return done;
    },
  },
  'planned-first': {
    without: 'A job counts as planned only when everything that it asks for is in the ledger',
    observeLedger: (ledger) => {
      const held: (() => Promise<boolean>)[] = [];
      return {
        ...ledger,
        saveCheckpoint: async (record, before) => {
          held.push(() => ledger.saveCheckpoint(record, before));
          return true;
        },
        saveJob: async (job) => {
          const saved = await ledger.saveJob(job);
          for (const write of held.splice(0)) await write();
          return saved;
        },
      };
    },
  },
  'last-writer-wins': {
    without: 'A write names the version that it was decided on',
    ledger: (ledger) => ({
      ...ledger,
      saveCheckpoint: async (record, before) => {
        const stored = (await ledger.getCheckpoint(record.checkpoint)) ?? before;
        return ledger.saveCheckpoint(record, { ...before, version: stored.version });
      },
    }),
  },
  'foreign-is-ours': {
    without: 'Only permissions that the ledger owns are ever deleted',
    ledger: (ledger) =>
      showing(ledger, (record) =>
        mapPermissions(record, (permission) => {
          if (permission.state !== 'foreign') return permission;
          return { ...permission, state: 'revoking', notBefore: 0, priority: 'repair' };
        }),
      ),
  },
  'no-daily-retry': {
    without: 'What OpenAI refuses is tried again once a day',
    ledger: (ledger) =>
      storing(ledger, (record) =>
        mapPermissions(record, (permission) =>
          permission.state === 'rejected' ? { ...permission, notBefore: null } : permission,
        ),
      ),
  },
  'no-lease': {
    without: 'One function at a time has its turn',
    ledger: (ledger) => ({ ...ledger, acquireLease: async () => true }),
  },
  'pacer-forgets': {
    without: 'Every call is remembered for as long as it counts',
    pacerStore: (store) => ({
      ...store,
      save: (endpoint, window) => store.save(endpoint, { ...window, starts: window.starts.slice(-1) }),
    }),
  },
  'pacer-hurries': {
    without: 'A limit is held for a window before one call more is tried',
    pacerStore: (store) => ({
      ...store,
      save: (endpoint, window) => store.save(endpoint, { ...window, fullAt: window.fullAt ? 0 : null }),
    }),
  },
  ...SABOTAGES_BY_HAND,
  ...SABOTAGES_FROM_OUTSIDE,
  ...SABOTAGES_OF_FULL_PASS,
};
