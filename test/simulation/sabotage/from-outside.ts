import {
  AccountRefusedError,
  BadCredentialsError,
  ForbiddenError,
  ThrottledError,
} from '../../../lambdas/core/errors.ts';
import type { SystemState } from '../../../lambdas/core/model/system-state.ts';
import { withoutLook } from '../../../lambdas/core/plan/heard-of.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { PermissionApi } from '../../../lambdas/core/ports/openai.ts';
import { showing, storing } from './records.ts';
import type { Sabotage } from './sabotage.ts';

/** The rules that hold since an answer may be wrong, or come from the wrong place. */
export const SABOTAGES_FROM_OUTSIDE: Readonly<Record<string, Sabotage>> = {
  'one-witness': {
    without: 'A checkpoint is gone only where two witnesses say so',
    shareLedger: (ledger) =>
      showing(ledger, (record) => ({
        ...record,
        absence: { kind: 'gone', reason: '', since: 0, model: 'gone', held: false },
      })),
  },
  'list-unwitnessed': {
    without: 'Nobody but other lists says that an empty list shows what there is',
    shareLedger: (ledger) => ({
      ...showing(ledger, (record) => ({
        ...record,
        absence: { kind: 'left-out', reason: '', since: 0, model: 'gone', held: false },
      })),
      listCheckpoints: async () => ({ items: [], cursor: null }),
    }),
  },
  'key-unproven': {
    without: 'Nothing follows from an empty list before the key is known to be ours',
    organisation: () => ({ hasProject: async () => true }),
  },
  'deleted-on-404': {
    without: 'A list confirms what a DELETE did not find',
    permissions: (api) => ({
      ...api,
      delete: async (checkpoint, permissionId) => {
        await api.delete(checkpoint, permissionId);
        return 'deleted';
      },
    }),
  },
  'vanish-unguarded': {
    without: 'What vanishes at once waits for a person',
    shareLedger: (ledger) => ({ ...ledger, getState: withoutAbsences(ledger) }),
  },
  'gone-for-good': {
    without: 'What was gone is looked at again',
    reconcileLedger: (ledger) =>
      storing(ledger, (record) => (record.gone === null ? record : { ...record, verifyAt: null })),
  },
  'posted-unlooked': {
    without: 'What is older than the ledger is looked at before it is shared',
    ledger: (ledger) => storing(ledger, withoutLook),
  },
  'facts-frozen': {
    without: 'The facts of an ended job are not final at the first look',
    observeLedger: (ledger) => ({
      ...ledger,
      getJob: async (jobId) => {
        const job = await ledger.getJob(jobId);
        return job?.unsureSince === undefined ? job : { ...job, forgotten: { at: 0, by: null } };
      },
    }),
  },
  'forbidden-rests-key': {
    without: 'A 403 for one checkpoint holds no other',
    permissions: (api) =>
      failingOtherwise(api, (error) =>
        error instanceof ForbiddenError ? new BadCredentialsError(error.message) : error,
      ),
  },
  'quota-teaches-pacer': {
    without: 'A refused account is no throttle',
    permissions: (api) =>
      failingOtherwise(api, (error) =>
        error instanceof AccountRefusedError ? new ThrottledError(error.message, { retryAfterSeconds: null }) : error,
      ),
  },
  'odd-left-out': {
    without: 'Of a list that cannot be read, nothing is absent',
    permissions: readingAll,
  },
};

/** What cannot be read is as if it were not there. */
function readingAll(api: PermissionApi): PermissionApi {
  return {
    ...api,
    list: async (checkpoint, after) => {
      const { permissions, next } = await api.list(checkpoint, after);
      return { permissions, next };
    },
  };
}

function failingOtherwise(api: PermissionApi, otherwise: (error: unknown) => unknown): PermissionApi {
  const fail = (error: unknown): never => {
    throw otherwise(error);
  };
  return {
    create: (checkpoint, projectIds) => api.create(checkpoint, projectIds).catch(fail),
    list: (checkpoint, after) => api.list(checkpoint, after).catch(fail),
    delete: (checkpoint, permissionId) => api.delete(checkpoint, permissionId).catch(fail),
  };
}

/** As if a person had let everything through. */
function withoutAbsences(ledger: Ledger): Ledger['getState'] {
  return async <Name extends keyof SystemState>(name: Name): Promise<SystemState[Name] | undefined> => {
    const state = await ledger.getState(name);
    const isAbsences = name === 'absences' && state !== undefined;
    return isAbsences ? { ...state, confirmed: { until: Number.MAX_SAFE_INTEGER, permissions: 1e6 } } : state;
  };
}
