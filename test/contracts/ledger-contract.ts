import { describe } from 'vitest';
import type { Author } from '../../lambdas/core/events/event.ts';
import type { Ledger } from '../../lambdas/core/ports/ledger.ts';
import type { Clock } from '../../lambdas/core/ports/runtime.ts';
import { changeRules } from './ledger-changes.ts';
import { checkpointRules } from './ledger-checkpoints.ts';
import { dueRules } from './ledger-due.ts';
import { eventRules } from './ledger-events.ts';
import { jobRules } from './ledger-jobs.ts';
import { leaseRules } from './ledger-leases.ts';
import { modelRules } from './ledger-models.ts';
import { outboxRules } from './ledger-outbox.ts';
import { permissionIdRules } from './ledger-permission-ids.ts';
import { sourceRules } from './ledger-sources.ts';
import { stateRules } from './ledger-states.ts';

/** A ledger that others may share, each in their own name. */
export interface SharedLedger extends Ledger {
  as(author: Author): Ledger;
}

/** Makes a ledger with nothing in it; by whom, and by whose clock, only matters to the events. */
export type MakeLedger = (author?: Author & { readonly now: Clock }) => Promise<SharedLedger>;

/** What every implementation of the `Ledger` port keeps to. */
export function describeLedgerContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} keeps the ledger's contract`, () => {
    describe('checkpoints', () => checkpointRules(makeLedger));
    describe('an event', () => eventRules(makeLedger));
    describe('the outbox', () => outboxRules(makeLedger));
    describe('the index of due work', () => dueRules(makeLedger));
    describe('changes', () => changeRules(makeLedger));
    describe('permission ids', () => permissionIdRules(makeLedger));
    describe('jobs and sweeps', () => jobRules(makeLedger));
    describe('models', () => modelRules(makeLedger));
    describe('the state of the system', () => stateRules(makeLedger));
    describe('sources and refused projects', () => sourceRules(makeLedger));
    describe('leases', () => leaseRules(makeLedger));
  });
}
