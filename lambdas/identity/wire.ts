import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoIdentities } from '../adapters/ledger/dynamo-identities.ts';
import { createDispatcher } from '../adapters/openai/exchange.ts';
import { createSourceToken } from '../adapters/openai/source-tokens.ts';
import { createTokenExchange } from '../adapters/openai/token-exchange.ts';
import type { WebIdentity } from '../core/identity/ports.ts';
import { keylessSources, type Policy } from '../core/policy/policy.ts';
import { once } from '../shared/runtime/once.ts';

/** The sweeps and the queue come back later than this: so a refusal costs one exchange a try. */
const REST_MS = 50_000;

/** What stands in for the project keys of the sources that have none stored, for any function. */
export function wireIdentity(policy: Policy, dynamo: DynamoDBClient, ledgerTable: string, restMs = REST_MS) {
  // The client of STS is loaded for the first identity: most stacks have keys.
  const sts = once(async () => (await import('../adapters/identity/web-identity.ts')).createWebIdentity());
  const web: WebIdentity = { mint: async () => (await sts()).mint() };
  const connected = createDynamoIdentities(dynamo, ledgerTable);
  const { tokenUrl } = policy.openai;
  const exchange = createTokenExchange({ tokenUrl, dispatcher: createDispatcher(), clock: Date.now });
  const tokens = new Map(
    keylessSources(policy).map(({ alias, identity }) => {
      const identityOf = async () => identity.given ?? (await connected.get(alias));
      return [alias, createSourceToken(alias, { web, exchange, identityOf, clock: Date.now, restMs })] as const;
    }),
  );
  return { web, connected, tokens };
}
