import type { Outcome } from '../../lambdas/core/model/outcome.ts';
import type { Ledger, ObserveRequest, PacerStore, PermissionApi } from '../../lambdas/core/ports.ts';

type Handle = (request: ObserveRequest, attempt: number) => Promise<Outcome>;

/** Takes a rule away from the code under test, by coming between it and its ports. */
export interface Sabotage {
  readonly ledger?: (ledger: Ledger) => Ledger;
  readonly pacerStore?: (store: PacerStore) => PacerStore;
  readonly permissions?: (api: PermissionApi) => PermissionApi;
  readonly handle?: (handle: Handle) => Handle;
}
