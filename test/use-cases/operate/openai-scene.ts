import { openAIFor } from '../../../lambdas/operator/openai.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { secretOf } from '../../core/webhook/signing.ts';
import { type FakeOpenAIOptions, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { createInMemorySecrets, type StoredSecret } from '../../in-memory/secrets.ts';

export const ADMIN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin';
export const PROJECT_KEY = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:research-key';
export const WEBHOOK_SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:research-webhook';

export const WEBHOOK_URL = 'https://abc123.execute-api.eu-west-1.amazonaws.com/webhooks';

/** The bytes of the webhook secret of `research`. */
export const WEBHOOK_KEY = Buffer.alloc(32, 1);

/**
 * A fake OpenAI, and the operator's ports as they are wired to the real one: the source `research` with all of its secrets,
 * the targets `prod-eu` and `prod-us`. Nothing is wrong with it.
 */
export async function startOpenAIScene(options: FakeOpenAIOptions = {}) {
  const fake = await startFakeOpenAI(options);
  const { apiKey } = fake.addProject({ id: 'proj_RESEARCH' });
  for (const id of ['proj_EU', 'proj_US']) fake.addProject({ id });
  fake.addWebhookEndpoint('proj_RESEARCH', { url: `${WEBHOOK_URL}/research`, secret: secretOf(WEBHOOK_KEY) });
  const stored = new Map<string, StoredSecret>([
    [ADMIN, fake.adminKey],
    [PROJECT_KEY, apiKey],
    [WEBHOOK_SECRET, secretOf(WEBHOOK_KEY)],
  ]);
  const secrets = createInMemorySecrets(stored);
  const secretIds = {
    adminKey: ADMIN,
    projectKeys: new Map([['research', PROJECT_KEY]]),
    webhookSecrets: new Map([['research', WEBHOOK_SECRET]]),
  };
  const policy = { ...aPolicy(), openai: { ...aPolicy().openai, baseUrl: fake.url } };
  const deps: Partial<OperateDeps> = {
    policy,
    ...openAIFor(fake.url, secrets, secretIds),
    secrets,
    secretIds,
    webhookUrl: WEBHOOK_URL,
  };
  return {
    fake,
    projectKey: apiKey,
    /** Mutable: what Secrets Manager holds. */
    stored,
    deps,
    async [Symbol.asyncDispose]() {
      await fake.close();
      if (fake.unexpected.length > 0) throw new Error(`unprepared: ${JSON.stringify(fake.unexpected)}`);
    },
  };
}

export type OpenAIScene = Awaited<ReturnType<typeof startOpenAIScene>>;
