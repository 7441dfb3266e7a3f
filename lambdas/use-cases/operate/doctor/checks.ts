import { type Policy, type Source, sourcesOf } from '../../../core/policy/policy.ts';
import { everyItem } from '../../pages.ts';
import { adminKey } from './admin-key.ts';
import { adminProbes } from './admin-probes.ts';
import type { Check } from './check.ts';
import { ledger, ofStatus } from './check.ts';
import { clock, policy } from './installation.ts';
import { judgeForbidden, judgePermissions, judgeRefusedProjects, judgeShutdowns } from './judge-permissions.ts';
import {
  judgeDeadLetters,
  judgeKeys,
  judgePause,
  judgePlan,
  judgeQueue,
  judgeReconcile,
  judgeRows,
  judgeSweep,
} from './judge-work.ts';
import { organisation } from './organisation.ts';
import { judgePacer } from './pacer.ts';
import { keyProject, projectKey } from './project-key.ts';
import { secrets } from './secrets.ts';
import { lookAtEndpoint } from './webhook-endpoint.ts';
import { webhookSecret } from './webhook-secret.ts';
import { judgeWebhooks } from './webhooks-arrive.ts';
import { formerIdentities, workloadIdentity } from './workload-identity.ts';

/** Every check, in the order in which findings are told: what others depend on comes first. */
export function checksFor(deployed: Policy): readonly Check[] {
  return [
    adminKey,
    ...adminProbes,
    organisation,
    ...sourcesOf(deployed).flatMap(checksOfSource),
    formerIdentities,
    secrets,
    clock,
    policy,
    ledger,
    ofStatus('pacer', judgePacer),
    ofStatus('queue', (status) => [judgeQueue(status)]),
    ofStatus('dead-letters', (status) => [judgeDeadLetters(status)]),
    ofStatus('reconcile', (status, { reconcile }) => [judgeReconcile(status, reconcile.everySeconds)]),
    ofStatus('rows', (status) => [judgeRows(status)]),
    ofStatus('plan', (status) => [judgePlan(status)]),
    ofStatus('pause', judgePause),
    ofStatus('permissions', async (status, _, { deps }) => {
      const records = await Array.fromAsync(everyItem(deps.ledger.listCheckpoints));
      return [...judgePermissions(status), ...judgeForbidden(records)];
    }),
    ofStatus('refused-projects', judgeRefusedProjects),
    ofStatus('shutdowns', judgeShutdowns),
    ofStatus('keys', judgeKeys),
  ];
}

function checksOfSource({ alias, id, source }: Source): readonly Check[] {
  return [
    ...(source.workloadIdentity === undefined
      ? [projectKey(alias), keyProject({ alias, id })]
      : [workloadIdentity(alias)]),
    webhookSecret(alias),
    { name: `webhook-endpoint ${alias}`, look: async ({ deps }) => [await lookAtEndpoint(deps, alias)] },
    ofStatus(`webhooks ${alias}`, async ({ sources }, { reconcile: { everySeconds } }, { now, endedLately }) => {
      const ended = (await endedLately()).get(alias) ?? [];
      return sources
        .filter((each) => each.alias === alias)
        .map((each) => judgeWebhooks(each, ended, { everySeconds, now }));
    }),
    ofStatus(`sweep ${alias}`, ({ sources }) => sources.filter((each) => each.alias === alias).map(judgeSweep)),
  ];
}
