import type { Session } from '../../../bin/ckpt/session.ts';
import { setup } from '../../../bin/ckpt/setup/setup.ts';
import type { QuestionOptions } from '../../../bin/ckpt/terminal.ts';
import { createDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../../lambdas/adapters/openai/http.ts';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import { createWebhookEndpointManagementApi } from '../../../lambdas/adapters/openai/webhook-endpoint-management.ts';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import { newSweep } from '../../../lambdas/core/model/sweep.ts';
import type { Secrets } from '../../../lambdas/core/ports/secrets.ts';
import { readKey } from '../../../lambdas/core/secrets/api-key.ts';
import { openAIFor } from '../../../lambdas/operator/openai.ts';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { type AwsCall, awsError, clientConfig, startAwsServer } from '../../adapters/secrets/aws-server.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { startSourcesScene } from '../../use-cases/keys/sources-scene.ts';
import { expectDocument } from '../published-schema.ts';
import { openTestSession } from '../session.ts';

export const PROJECT = 'proj_RESEARCH';

/** What somebody answers: to a hidden question, and to any other. */
export interface Person {
  readonly key?: string;
  readonly says?: string;
}

export interface Options {
  readonly adminKeyStdin?: true;
  readonly yes?: true;
  readonly timeout?: number;
}

/** Which parts of a session a test replaces. */
export type Replace = (session: Session) => Session;

/**
 * A stack that was just deployed: its secrets are there and empty. The operator and the keys function work on one store of
 * secrets and one ledger, with a fake OpenAI that has jobs of the source; whoever sets up puts the admin key in through a
 * Secrets Manager of their own.
 */
export async function openSetup() {
  const sources = await startSourcesScene({ quirks: { httpEndpoints: 'on-loopback' } });
  const { fake, store, ledger } = sources;
  const now = () => sources.deps.now();
  for (const id of ['proj_EU', 'proj_US']) fake.addProject({ id });
  const [adminKey, projectKey, webhookSecret] = await Promise.all(
    ['admin', 'research-key', 'research-webhook'].map((name) => store.create(name, '')),
  );
  const secretIds = {
    adminKey: adminKey ?? '',
    projectKeys: new Map([['research', projectKey ?? '']]),
    webhookSecrets: new Map([['research', webhookSecret ?? '']]),
  };
  const secrets: Secrets = {
    async current(secretId) {
      const value = await store.read(secretId, { stage: 'AWSCURRENT' });
      if (value === null) throw new SecretUnusableError(secretId, 'is empty');
      return value;
    },
    currentAndPrevious: async (secretId) => [await secrets.current(secretId)],
  };
  const http = (secretId: string) => {
    const key = () => readKey(secrets, secretId);
    return createHttp({ baseUrl: fake.url, key, dispatcher: createDispatcher(), clock: now });
  };
  const webhookUrl = `${fake.reach.get('https://api.example.com')?.target}/webhooks`;
  const policy = { ...aPolicy(), openai: { ...aPolicy().openai, baseUrl: fake.url } };
  const endpoints = createWebhookEndpointManagementApi(http(secretIds.projectKeys.get('research') ?? ''));
  const keys = {
    ...sources,
    deps: {
      ...sources.deps,
      policy,
      secrets,
      secretIds,
      webhookUrl,
      api: createKeysApi(http(secretIds.adminKey)),
      endpointsOf: () => endpoints,
    },
  };
  const reconciles: number[] = [];
  const operator = {
    policy,
    ledger,
    ledgerAs: () => ledger,
    secrets,
    secretIds,
    webhookUrl,
    now,
    version: manifest.version,
    ...openAIFor(fake.url, secrets, secretIds),
    clockSkew: () => 0,
    reconciler: {
      async start() {
        reconciles.push(now());
        const sweep = (await ledger.getSweep('research')) ?? newSweep('research');
        await ledger.saveSweep({ ...sweep, sweptAt: now() });
        await changeState(ledger, 'reconcile', (state) => ({ ...state, startedAt: now(), endedAt: now() }));
      },
    },
  };
  let mayPut = true;
  const aws = await startAwsServer(async ({ operation, body }: AwsCall) => {
    if (operation !== 'secretsmanager.PutSecretValue') throw new Error(`${operation} is not prepared`);
    if (!mayPut) return awsError('AccessDeniedException', 'User: arn:aws:iam::1:user/jo may not');
    const VersionId = String(body.ClientRequestToken);
    const stages = body.VersionStages as readonly string[] | undefined;
    await store.put(String(body.SecretId), String(body.SecretString), { token: VersionId, ...(stages && { stages }) });
    return { status: 200, body: { VersionId } };
  });
  const said: string[] = [];
  const asked: string[] = [];

  return {
    fake,
    store,
    keys,
    aws,
    said,
    asked,
    reconciles,
    secretIds,
    adminKey: fake.adminKey,
    denyPut: () => {
      mayPut = false;
    },
    endpoints: () => fake.webhookEndpoints(PROJECT),
    /** Keys of the source's project that were made for it. */
    made: () => fake.keysOf(PROJECT).filter(({ owner }) => owner.type === 'service_account'),
    stored: (name: string) => store.current(name),
    /** What OpenAI and Secrets Manager hold, and what was done there. */
    async everything() {
      const versions = Object.keys((await store.describe('admin'))?.versions ?? {});
      const changes = fake.calls.all.filter(({ method }) => method !== 'GET' && method !== 'DELETE').length;
      return {
        versions,
        changes,
        made: fake.keysOf(PROJECT).map(({ id }) => id),
        endpoints: fake.webhookEndpoints(PROJECT),
      };
    },
    /** Runs the command; `person` null: nobody is there. */
    async run(
      person: Person | null,
      options: Options & { readonly input?: string } = {},
      replace: Replace = (as) => as,
    ) {
      const { session } = openTestSession(operator, null, keys);
      const { input = '', ...others } = options;
      const answers = async (question: string, { hidden = false }: QuestionOptions = {}) => {
        asked.push(question);
        return (hidden ? person?.key : person?.says) ?? '';
      };
      const opened: Session = replace({
        ...session,
        terminal: {
          ...session.terminal,
          err: (text) => void said.push(text),
          ask: person === null ? null : answers,
          input: (async function* () {
            yield Buffer.from(input);
          })(),
        },
        clientConfig: async () => clientConfig(aws.url),
        now,
        sleep: async (ms) => sources.advance(ms),
      });
      const answer = await setup.run(opened, { timeout: 60_000, ...others }, []);
      expectDocument('setup', answer.document);
      const document = answer.document as {
        ok: boolean;
        findings: { check: string; state: string; message: string }[];
      };
      const bad = document.findings.filter(({ state }) => state === 'bad').map(({ message }) => message);
      return { exitCode: answer.exitCode ?? 0, document, bad, text: answer.text() };
    },
    async [Symbol.asyncDispose]() {
      await aws.close();
      await sources[Symbol.asyncDispose]();
    },
  };
}

export type Setup = Awaited<ReturnType<typeof openSetup>>;
