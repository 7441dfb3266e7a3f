import { readAssets } from '../../bin/ckpt/ui/assets.ts';
import { type PageServer, servePage } from '../../bin/ckpt/ui/server.ts';
import { ENDPOINT_OF } from '../../lambdas/core/pacing/endpoints.ts';
import { DEFAULT_PACER_RULES, EMPTY_WINDOW } from '../../lambdas/core/pacing/window.ts';
import { openAIFor } from '../../lambdas/operator/openai.ts';
import { createPacer } from '../../lambdas/use-cases/pacer.ts';
import { openTestSession } from '../ckpt/session.ts';
import { secretOf } from '../core/webhook/signing.ts';
import type { FakeOpenAI } from '../fake-openai/fake-openai.ts';
import type { InMemoryLedger } from '../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../in-memory/pacer-store.ts';
import { createInMemorySecrets, type StoredSecret } from '../in-memory/secrets.ts';
import { ADMIN, type KeysScene, startKeysScene } from '../use-cases/keys/keys-scene.ts';
import { aScene, projectId, type SceneSize, SOURCES } from './scene.ts';

export interface ServedScene extends PageServer {
  readonly ledger: InMemoryLedger;
  readonly openai: FakeOpenAI;
}

export interface SceneOptions {
  readonly port?: number;
  readonly allowChanges?: boolean;
  /** Whether a rule was taken out of a policy that prunes: a plan to revoke much waits for a person. */
  readonly waiting?: boolean;
  /** Whether nobody has asked OpenAI for anything lately: else some windows are full, and one is held. */
  readonly idle?: boolean;
}

/** The page over a scene in memory and a fake OpenAI, with nothing of AWS. */
export async function serveScene(
  size: SceneSize,
  { port = 0, allowChanges = false, waiting = false, idle = false }: SceneOptions = {},
): Promise<ServedScene> {
  const { policy: kept, ledger } = await aScene(size, Date.now());
  const policy = waiting ? { ...kept, prune: true, rules: kept.rules.toSpliced(1, 1) } : kept;
  const keys = await startKeysScene();
  const wind = () => keys.advance(Date.now() - keys.deps.now());
  wind();
  const clock = setInterval(wind, 500).unref();
  const openai = await openAIOf(keys);
  const pacerRules = { ...DEFAULT_PACER_RULES, limit: 6 };
  const pacerStore = idle ? createInMemoryPacerStore() : await busyPacer(Date.now());
  const pacer = createPacer(pacerStore, pacerRules, Date.now);
  const parts = { policy, ledger, ...openai, pacerStore, pacerRules, pacer, now: Date.now };
  const { session } = openTestSession(parts, null, { ...keys, deps: { ...keys.deps, policy, now: Date.now } });
  const server = await servePage({
    operator: session.operator,
    stack: session.stack,
    assets: await readAssets(),
    port,
    allowChanges,
  });
  return {
    ...server,
    ledger,
    openai: keys.fake,
    async close() {
      clearInterval(clock);
      await server.close();
      await keys.fake.close();
    },
  };
}

const DAY_SECONDS = 86_400;

/** OpenAI with the scene's projects and some keys, one of which ends soon. */
async function openAIOf({ fake, deps, stored }: KeysScene) {
  const projectKeys = new Map<string, string>();
  const webhookSecrets = new Map<string, string>();
  for (const source of SOURCES) {
    const { apiKey } = fake.addProject({ id: projectId(source) });
    projectKeys.set(source, `arn:${source}-key`);
    stored.set(`arn:${source}-key`, apiKey);
    const secret = secretOf(Buffer.alloc(32, source));
    webhookSecrets.set(source, `arn:${source}-webhook`);
    stored.set(`arn:${source}-webhook`, secret);
    // One is left for the doctor to find.
    const half = source === 'applied' && { eventTypes: ['fine_tuning.job.failed'] };
    fake.addWebhookEndpoint(projectId(source), {
      url: `${deps.webhookUrl}/${source}`,
      secret,
      ...half,
    });
  }
  await deps.api.createAdminKey({ name: 'break-glass', expiresInSeconds: 9 * DAY_SECONDS });
  const secrets = createInMemorySecrets(new Map<string, StoredSecret>(stored));
  const secretIds = { adminKey: ADMIN, projectKeys, webhookSecrets };
  return { ...openAIFor(fake.url, secrets, secretIds), secrets, secretIds };
}

/** A window that fills, one that a 429 holds, and others that rest. */
async function busyPacer(now: number) {
  const store = createInMemoryPacerStore();
  const starts = [52, 44, 31, 12, 3].map((seconds) => now - seconds * 1_000);
  await store.save(ENDPOINT_OF.create, { ...EMPTY_WINDOW, starts });
  const held = { heldUntil: now + 20_000, holdReason: 'OpenAI answered 429', learnedLimit: 3, learnedAt: now };
  await store.save(ENDPOINT_OF.list, { ...EMPTY_WINDOW, starts: starts.slice(2), ...held });
  return store;
}

// `node test/page/serve-scene.ts [CHECKPOINTS] [PROJECTS] [PORT]`, to look at the page while it is worked on.
if (process.argv[1] === import.meta.filename) {
  const [checkpoints = 200, projects = 12, port = 0] = process.argv.slice(2).map(Number);
  const { url } = await serveScene({ checkpoints, projects }, { port });
  process.stdout.write(`${url}\n`);
}
