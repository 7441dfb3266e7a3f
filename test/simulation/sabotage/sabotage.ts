import type { ObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import type { Outcome } from '../../../lambdas/core/model/outcome.ts';
import type { Ledger, PacerStore } from '../../../lambdas/core/ports/ledger.ts';
import type { OrganisationApi, PermissionApi } from '../../../lambdas/core/ports/openai.ts';

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
