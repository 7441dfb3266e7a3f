import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createEventBus } from '../adapters/events/event-bus.ts';
import { createDynamoLedger } from '../adapters/ledger/dynamo-ledger.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log } from '../core/ports/runtime.ts';
import { ENV } from '../shared/contract/names.ts';
import { AWS_LIMITS } from '../shared/runtime/aws-limits.ts';
import { type Settings, text } from '../shared/runtime/env.ts';
import { publish } from '../use-cases/publish/publish.ts';

/** What the stack tells this function. */
export const SETTINGS = {
  ledgerTable: text(ENV.ledgerTable),
  eventBus: text(ENV.eventBus),
  stackName: text(ENV.stackName),
};

/** The use-case with its real ports; clients are made here, once for all invocations. */
export function wire(settings: Settings<typeof SETTINGS>, policy: Policy, log: Log) {
  const author = { actor: 'publish', plan: null, now: Date.now };
  const deps = {
    policy,
    ledger: createDynamoLedger(new DynamoDBClient(AWS_LIMITS), settings.ledgerTable, author),
    bus: createEventBus(new EventBridgeClient(AWS_LIMITS), settings.eventBus),
    stack: settings.stackName,
    now: Date.now,
    log,
  };
  return (remainingMs: number) => publish(deps, remainingMs);
}
