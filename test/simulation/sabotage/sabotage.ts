import type { Outcome } from '../../../lambdas/core/model/outcome.ts';
import type { OrganisationApi, PermissionApi } from '../../../lambdas/core/openai-ports.ts';
import type { Ledger, ObserveRequest, PacerStore } from '../../../lambdas/core/ports.ts';

export type Handle = (request: ObserveRequest, attempt: number) => Promise<Outcome>;

/** Takes a rule away from the code under test by coming between it and its ports. */
export interface Sabotage {
  /** The rule that no longer holds. */
  readonly without: string;
  /** What every function sees of the ledger. */
  readonly ledger?: (ledger: Ledger) => Ledger;
  /** What those of one kind see of it. */
  readonly observeLedger?: (ledger: Ledger) => Ledger;
  readonly reconcileLedger?: (ledger: Ledger) => Ledger;
  readonly shareLedger?: (ledger: Ledger) => Ledger;
  readonly operatorLedger?: (ledger: Ledger) => Ledger;
  readonly pacerStore?: (store: PacerStore) => PacerStore;
  readonly permissions?: (api: PermissionApi) => PermissionApi;
  readonly organisation?: (api: OrganisationApi) => OrganisationApi;
  readonly handle?: (handle: Handle) => Handle;
}

export const NO_SABOTAGE: Sabotage = { without: 'nothing' };
