import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Operator } from '../../../bin/ckpt/aws/operator-function.ts';
import { CliError } from '../../../bin/ckpt/errors.ts';
import { sourcesConnect, sourcesDisconnect } from '../../../bin/ckpt/keys/sources.ts';
import type { OperatorRequest, ResultOf } from '../../../lambdas/shared/contract/operator.ts';
import { createWebhookSecret } from '../../fake-openai/webhook.ts';
import { WEBHOOK_SECRET } from '../../use-cases/keys/keys-scene.ts';
import { type SourcesScene, startSourcesScene, URL_OF_RESEARCH } from '../../use-cases/keys/sources-scene.ts';
import { describeDocuments } from '../documents/describe-documents.ts';
import { openTestSession } from '../session.ts';

let scene: SourcesScene;
beforeEach(async () => {
  scene = await startSourcesScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** A session that asks the keys function of the scene; what happens at OpenAI while it sleeps is told. */
function open(meanwhile: (sleeps: number) => Promise<unknown> = async () => undefined) {
  let sleeps = 0;
  const asked: string[] = [];
  const { session, said } = openTestSession();
  const operator: Operator = {
    async ask<Request extends OperatorRequest>(request: Request) {
      asked.push(request.command);
      const answer = await scene.request(request as never);
      if (!answer.ok) throw new CliError(answer.error, { retryAfterSeconds: answer.retryAfterSeconds });
      return answer.result as ResultOf<Request['command']>;
    },
    region: async () => 'eu-west-1',
  };
  const sleep = async (ms: number) => {
    scene.advance(ms);
    await meanwhile(++sleeps);
  };
  const terminal = { ...session.terminal, watched: true };
  return { session: { ...session, operator, terminal, now: () => scene.deps.now(), sleep }, said, asked };
}

const connect = async (opened: ReturnType<typeof open>, timeout = 60_000) => {
  const { document, text, exitCode = 0 } = await sourcesConnect.run(opened.session, { timeout }, ['research']);
  return { document, text: text(), exitCode };
};
const disconnect = (yes?: true, opened = open(), alias = 'research') =>
  sourcesDisconnect.run(opened.session, { timeout: 60_000, ...(yes && { yes }) }, [alias]);
/** Somebody else connects or disconnects for so long. */
const occupy = (ms: number) => scene.ledger.acquireLease('connect-sources', 'another', scene.deps.now(), ms);

describe('ckpt sources connect', () => {
  it('makes the endpoint, sees a test event verify, and says so', async () => {
    const opened = open();
    const { document, text } = await connect(opened);
    const [endpoint] = scene.endpoints();
    expect(document).toMatchObject({ webhookEndpointId: endpoint?.id, url: URL_OF_RESEARCH, changed: true });
    expect(document).not.toHaveProperty('verified');
    expect(text).toBe(
      `research is connected: OpenAI delivers to ${URL_OF_RESEARCH} (${endpoint?.id}), and its deliveries verify.\n`,
    );
    expect(opened.said).toEqual([`${endpoint?.id} delivers to ${URL_OF_RESEARCH}.\n`]);
  });

  it('says when there was nothing to do, and has no event sent then', async () => {
    await connect(open());
    const opened = open();
    const { document, text } = await connect(opened);
    expect(document).toMatchObject({ changed: false });
    expect(text).toContain('research was connected already: ');
    expect(opened.asked).toEqual(['connect-source']);
  });

  it('waits for an event that comes later', async () => {
    scene.fake.quirks.endpointTest = 'later';
    const opened = open(async (sleeps) => sleeps === 3 && (await scene.fake.deliverLate()));
    await connect(opened);
    expect(opened.said).toContain("OpenAI's test event has not arrived yet. Waiting …\n");
    expect(scene.fake.calls.count({ endpoint: 'webhook_endpoints.test' })).toBe(1);
  });

  it('has another one sent where the first was refused, which a new secret may be for a while', async () => {
    const secret = createWebhookSecret();
    scene.fake.addWebhookEndpoint('proj_RESEARCH', { url: URL_OF_RESEARCH, secret });
    await scene.store.put(WEBHOOK_SECRET, secret);
    const opened = open(async (sleeps) => sleeps === 5 && (await scene.store.put(WEBHOOK_SECRET, secret)));
    const { ask } = opened.session.operator;
    const once = async <Request extends OperatorRequest>(request: Request) => {
      const answer = await ask(request);
      if (request.command !== 'connect-source') return answer;
      // Twice: the value of before would verify.
      for (let put = 0; put < 2; put++) await scene.store.put(WEBHOOK_SECRET, createWebhookSecret());
      return answer;
    };
    await connect({ ...opened, session: { ...opened.session, operator: { ...opened.session.operator, ask: once } } });
    expect(opened.said.join('')).toMatch(/not taken: .*401/);
    expect(scene.fake.calls.count({ endpoint: 'webhook_endpoints.test' })).toBe(2);
  });

  it('ends with what is in the way where none verifies in time; the endpoint stays', async () => {
    scene.fake.reach.set('https://api.example.com', { target: 'http://127.0.0.1:9' });
    await expect(connect(open(), 40_000)).rejects.toMatchObject({
      name: 'NotVerifiedError',
      message: expect.stringMatching(
        /is there, but no delivery has verified in time: OpenAI's test event was not taken/,
      ),
      next: expect.stringContaining('docs/runbook.md#webhook-errors'),
    });
    expect(scene.fake.calls.count({ endpoint: 'webhook_endpoints.test' })).toBe(3);
    expect(scene.endpoints()).toHaveLength(1);
  });

  it.each([
    ['connect', () => connect(open()), (opened: ReturnType<typeof open>) => connect(opened)],
    ['disconnect', () => connect(open()), (opened: ReturnType<typeof open>) => disconnect(true, opened)],
  ])('or %s waits while another source is at it', async (_, prepare, run) => {
    await prepare();
    await occupy(20_000);
    const opened = open();
    await run(opened);
    expect(opened.said.join('')).toContain('Another source is connected or disconnected just now');
    await occupy(200_000);
    await expect(run(open())).rejects.toMatchObject({ name: 'NotYetError' });
  });

  describeDocuments('sources connect', async () => [(await connect(open())).document]);
});

describe('ckpt sources disconnect', () => {
  it('does nothing before it is told so twice', async () => {
    await connect(open());
    await expect(disconnect()).rejects.toMatchObject({ next: 'Say so with --yes.' });
    expect(scene.endpoints()).toHaveLength(1);
  });

  it('says what is gone, and what stays', async () => {
    await connect(open());
    expect((await disconnect(true)).text()).toMatch(
      /does not deliver to .* any more \(whe_.*\)\. Its project key and .* stay/,
    );
    expect((await disconnect(true)).text()).toBe(`OpenAI has no webhook endpoint ${URL_OF_RESEARCH}.\n`);
    expect(scene.endpoints()).toEqual([]);
  });

  it('says what is gone of a source that the policy does not name any more', async () => {
    const identity = {
      projectId: 'proj_RESEARCH',
      version: 0,
      identityProviderId: 'idp_1',
      serviceAccountId: 'user-1',
    };
    await scene.deps.identity.connected.save({ source: 'former', ...identity, rules: {} });
    const { text, document } = await disconnect(true, open(), 'former');
    expect(text()).toBe('OpenAI has nothing more of what former was read by without a stored key.\n');
    expect(document).toMatchObject({ source: 'former', changed: true });
  });

  describeDocuments('sources disconnect', async () => {
    await connect(open());
    return [(await disconnect(true)).document, (await disconnect(true)).document];
  });
});
