import { createAuditLogApi } from '../adapters/openai/audit-logs.ts';
import { createDispatcher } from '../adapters/openai/exchange.ts';
import { createHttp, type HttpOptions } from '../adapters/openai/http.ts';
import { createFederationRuleApi, createIdentityProviderApi } from '../adapters/openai/identity.ts';
import { createJobApi } from '../adapters/openai/jobs.ts';
import { createPermissionApi } from '../adapters/openai/permissions.ts';
import { createAdminProbes, createProjectProbes } from '../adapters/openai/probes.ts';
import { createProjectApi } from '../adapters/openai/projects.ts';
import { createModelApi, createSourceApis, createWebhookEndpointApi } from '../adapters/openai/source-apis.ts';
import type { ReadKey, Secrets } from '../core/ports/secrets.ts';
import { readKey } from '../core/secrets/api-key.ts';
import type { OperateDeps, SecretIds } from '../use-cases/operate/deps.ts';

type OpenAIDeps = Pick<OperateDeps, 'admin' | 'sourceApi' | 'clockSkew'>;

/**
 * OpenAI as the operator sees it. With the admin key it looks, and changes nothing: of the permission endpoints only the list
 * is handed on, and a probe that deletes what cannot exist.
 */
export function openAIFor(
  baseUrl: string,
  secrets: Pick<Secrets, 'current'>,
  { adminKey, projectKeys }: Pick<SecretIds, 'adminKey' | 'projectKeys'>,
  tokens: ReadonlyMap<string, ReadKey> = new Map(),
  onEnd?: HttpOptions['onEnd'],
): OpenAIDeps {
  let clockSkew: number | null = null;
  const onAnswer: HttpOptions['onAnswer'] = ({ serverTime, receivedAt }) => {
    if (serverTime !== null) clockSkew = receivedAt - serverTime;
  };
  const dispatcher = createDispatcher();
  const http = createHttp({
    baseUrl,
    key: (options) => readKey(secrets, adminKey, options),
    dispatcher,
    clock: Date.now,
    onAnswer,
    ...(onEnd && { onEnd }),
  });
  const { findCreated } = createAuditLogApi(http);
  const { list } = createPermissionApi(http);
  return {
    admin: {
      list,
      findCreated,
      ...createProjectApi(http),
      ...createAdminProbes(http),
      getIdentityProvider: createIdentityProviderApi(http).get,
      listFederationRules: createFederationRuleApi(http).list,
    },
    sourceApi: createSourceApis(
      { baseUrl, keys: projectKeys, secrets, tokens, clock: Date.now, onAnswer },
      (sourceHttp) => ({
        ...createJobApi(sourceHttp),
        ...createModelApi(sourceHttp),
        ...createProjectProbes(sourceHttp),
        ...createWebhookEndpointApi(sourceHttp),
      }),
    ),
    clockSkew: () => clockSkew,
  };
}
