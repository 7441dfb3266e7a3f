import { createDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createHttp, type OpenAIHttp } from '../../../lambdas/adapters/openai/http.ts';
import { createJobApi } from '../../../lambdas/adapters/openai/jobs.ts';
import { createModelApi, createWebhookEndpointApi } from '../../../lambdas/adapters/openai/source-apis.ts';
import { createSourceToken } from '../../../lambdas/adapters/openai/source-tokens.ts';
import { createTokenExchange } from '../../../lambdas/adapters/openai/token-exchange.ts';
import { createWebhookEndpointManagementApi } from '../../../lambdas/adapters/openai/webhook-endpoint-management.ts';
import type { ServiceIdentity } from '../../../lambdas/core/policy/policy.ts';
import type { KeysDeps } from '../../../lambdas/use-cases/keys/deps.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import type { FakeOpenAIOptions } from '../../fake-openai/fake-openai.ts';
import { webIdentityOf } from '../../shared/web-identity.ts';
import { startSourcesScene } from './sources-scene.ts';

/** The same, with `research` read without a stored key: no secret is read for it. */
export async function startKeylessScene(options: FakeOpenAIOptions & { readonly given?: ServiceIdentity } = {}) {
  const { given = null, quirks, ...others } = options;
  const scene = await startSourcesScene({ ...others, quirks: { identityVerification: 'none', ...quirks } });
  const { fake } = scene;
  const clock = scene.deps.now;
  const dispatcher = createDispatcher();
  const web = webIdentityOf('keys', clock);
  const { connected } = scene.deps.identity;
  const exchange = createTokenExchange({ tokenUrl: fake.tokenUrl, dispatcher, clock });
  const httpAs = (fn: string, mint = webIdentityOf(fn, clock)): OpenAIHttp => {
    const identityOf = async () => given ?? (await connected.get('research'));
    const key = createSourceToken('research', { web: mint, exchange, identityOf, clock, restMs: 0 });
    return createHttp({ baseUrl: fake.url, key, dispatcher, clock });
  };
  const policy = aPolicy(undefined, {
    projects: aPolicy().projects.map((project) => {
      if (project.alias !== 'research') return project;
      const source = { apiKeySecret: null, webhookSecret: null, workloadIdentity: { given } };
      return { ...project, source };
    }),
  });
  const asKeys = createWebhookEndpointManagementApi(httpAs('keys', web));
  const deps: KeysDeps = {
    ...scene.deps,
    policy,
    identity: { ...scene.deps.identity, web },
    endpointsOf: () => asKeys,
    secretIds: { ...scene.deps.secretIds, projectKeys: new Map() },
  };
  const ask = scene.ask.bind(scene);
  const SOURCE = { source: 'research' } as const;
  return {
    ...scene,
    deps,
    web,
    connect: (parts: Partial<KeysDeps> = {}) => ask({ command: 'connect-source', ...SOURCE }, { ...deps, ...parts }),
    disconnect: (parts: Partial<KeysDeps> = {}) =>
      ask({ command: 'disconnect-source', ...SOURCE }, { ...deps, ...parts }),
    test: () => ask({ command: 'test-source', ...SOURCE, since: null }, deps),
    /** Asks for it, and gives the answer as it is. */
    try: (command: 'connect-source' | 'disconnect-source', parts: Partial<KeysDeps> = {}) =>
      scene.request({ command, ...SOURCE }, { ...deps, ...parts }),
    /** What this function may do at OpenAI: it proves who it is, by a cold start. */
    as(fn: string) {
      const http = httpAs(fn);
      return { ...createJobApi(http), ...createModelApi(http), endpoints: createWebhookEndpointApi(http) };
    },
    accounts: () => fake.serviceAccounts('proj_RESEARCH'),
    providers: () => deps.providers.list(),
    rules: async () => (await Promise.all((await deps.providers.list()).map(({ id }) => deps.rules.list(id)))).flat(),
  };
}

export type KeylessScene = Awaited<ReturnType<typeof startKeylessScene>>;
