import { newPermission } from '../../../lambdas/core/checkpoint/record.ts';
import type { SystemState } from '../../../lambdas/core/model/system-state.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { mapPermissions, showing, storing, withoutHolds } from './records.ts';
import type { Sabotage } from './sabotage.ts';

/** The rules that what people do by hand relies on. */
export const SABOTAGES_BY_HAND: Readonly<Record<string, Sabotage>> = {
  'forget-in-flight': {
    without: 'Nothing is forgotten while a call for it may be on its way',
    operatorLedger: (ledger) =>
      showing(ledger, (record) => ({
        ...mapPermissions(record, (permission) => {
          const isDoubted = permission.state === 'unknown' || permission.state === 'revoking';
          return isDoubted ? { ...permission, state: 'rejected' } : permission;
        }),
        inFlight: null,
      })),
  },
  'plan-without-holds': {
    without: 'What a person has said goes before what a rule wants',
    observeLedger: withoutHolds,
    reconcileLedger: withoutHolds,
  },
  'recalled-unseen': {
    without: 'What was forgotten is looked for before it is shared again',
    ledger: (ledger) =>
      storing(ledger, (record) =>
        mapPermissions(record, (permission) => {
          const { projectId, state, doubt, want } = permission;
          if (state !== 'unknown' || doubt !== 'forgotten' || want === null) return permission;
          return { ...newPermission(projectId, 'pending'), want, notBefore: 0 };
        }),
      ),
  },
  'pause-seen-once': {
    without: 'A drain that is running sees what is paused since',
    shareLedger: (ledger) => seeingOnce(ledger, 'pause'),
  },
  'parked-all-the-same': {
    without: 'What is paused is set aside, and not called for',
    shareLedger: (ledger) => ({
      ...ledger,
      getState: async (name) => (name === 'pause' ? undefined : ledger.getState(name)),
    }),
  },
  'parked-for-good': {
    without: 'What is paused no more is taken up again',
    ledger: (ledger) =>
      storing(ledger, (record, before) =>
        mapPermissions(record, (permission) => {
          const isTakenUp = before.permissions[permission.projectId]?.parked && !permission.parked;
          return isTakenUp ? { ...permission, parked: true } : permission;
        }),
      ),
  },
};

/** A ledger that answers with what it first saw of one of the system's own documents. */
function seeingOnce(ledger: Ledger, seen: keyof SystemState): Ledger {
  const first = new Map<keyof SystemState, unknown>();
  return {
    ...ledger,
    async getState<Name extends keyof SystemState>(name: Name): Promise<SystemState[Name] | undefined> {
      if (name !== seen) return ledger.getState(name);
      if (!first.has(name)) first.set(name, await ledger.getState(name));
      return first.get(name) as SystemState[Name] | undefined;
    },
  };
}
