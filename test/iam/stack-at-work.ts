import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Template } from 'aws-cdk-lib/assertions';
import { vi } from 'vitest';
import { createDynamoIdentities } from '../../lambdas/adapters/ledger/dynamo-identities.ts';
import { createDynamoKeyLedger } from '../../lambdas/adapters/ledger/dynamo-key-ledger.ts';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import type { ConnectedIdentity } from '../../lambdas/core/identity/ports.ts';
import type { ObserveRequest } from '../../lambdas/core/model/observe-request.ts';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { SETTINGS as keysSettings, wire as wireKeys } from '../../lambdas/keys/wire.ts';
import { SETTINGS as observeSettings, wire as wireObserve } from '../../lambdas/observe/wire.ts';
import { SETTINGS as operatorSettings, wire as wireOperator } from '../../lambdas/operator/wire.ts';
import { SETTINGS as publishSettings, wire as wirePublish } from '../../lambdas/publish/wire.ts';
import { SETTINGS as reconcileSettings, wire as wireReconcile } from '../../lambdas/reconcile/wire.ts';
import { SETTINGS as shareSettings, wire as wireShare } from '../../lambdas/share/wire.ts';
import { ENV, OUTPUT } from '../../lambdas/shared/contract/names.ts';
import type { OperatorRequest, ResultOf } from '../../lambdas/shared/contract/operator.ts';
import { readEnv } from '../../lambdas/shared/runtime/env.ts';
import { runBatch } from '../../lambdas/shared/runtime/sqs-batch.ts';
import { changeState } from '../../lambdas/use-cases/change.ts';
import { toDelivery } from '../../lambdas/webhook/http.ts';
import { SETTINGS as webhookSettings, wire as wireWebhook } from '../../lambdas/webhook/wire.ts';
import type { FunctionName } from '../../lib/bundle.ts';
import { type AwsCall, awsError, type Reply } from '../adapters/secrets/aws-server.ts';
import { secretOf, signed } from '../core/webhook/signing.ts';
import { startFakeOpenAI } from '../fake-openai/fake-openai.ts';
import { startAccount } from '../shared/aws-account.ts';
import { sqsEvent, sqsRecord } from '../shared/sqs-events.ts';
import { environmentOf } from '../stack/on-aws.ts';
import { recordLog } from '../use-cases/scene.ts';
import { httpEvent } from '../webhook/events.ts';
import { isAllowed, type Request } from './evaluate.ts';
import { requestsOf } from './requests.ts';
import { rolesOf } from './roles.ts';

export const STACK = 'CheckpointSharing';
const FIVE_MINUTES = 300_000;
const WEBHOOK_KEY = Buffer.alloc(32, 7);

/** What a function asked AWS for, and whether its role allows it. */
export interface Judged {
  readonly fn: FunctionName;
  readonly request: Request;
  readonly allowed: boolean;
}

/** Signs what was done under an earlier policy, with rights of that time. */
const EARLIER = 'earlier';

/**
 * The functions as they are deployed, wired by their own `wire.ts` with the environment that the template gives them, each
 * with the rights of its own role: what its policies do not allow is AccessDenied, and is noted. Source `research`.
 */
export async function startStack(template: Template, policy: Policy) {
  const roles = rolesOf(template, STACK);
  const judged: Judged[] = [];
  // Real time goes on, and the hours in between are left out.
  const realNow = Date.now;
  let left = 0;
  let requests = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + left);

  const fake = await startFakeOpenAI({ now: () => Date.now() });
  const { apiKey } = fake.addProject({ id: 'proj_RESEARCH' });
  const secretsOf = (output: string) => environmentOf(template, STACK, output);
  const arnIn = (json = '{}'): string => JSON.parse(json).research;
  const aws = await startAccount(
    {
      [secretsOf(OUTPUT.shareFunction)[ENV.adminKeySecret] ?? '']: fake.adminKey,
      [arnIn(secretsOf(OUTPUT.observeFunction)[ENV.projectKeySecrets])]: apiKey,
      [arnIn(secretsOf(OUTPUT.webhookFunction)[ENV.webhookSecrets])]: secretOf(WEBHOOK_KEY),
    },
    judge,
  );
  const deployed = { ...policy, openai: { ...policy.openai, baseUrl: fake.url, tokenUrl: fake.tokenUrl } };
  const { log, lines } = recordLog();

  /** The role that signs: its name is the id of the access key. */
  function judge({ headers, ...call }: AwsCall): Reply | undefined {
    const fn = /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1] as FunctionName;
    if ((fn as string) === EARLIER) return undefined;
    const verdicts = requestsOf(call).map((request) => {
      return { fn, request, allowed: isAllowed(roles[fn], request) };
    });
    judged.push(...verdicts);
    const denied = verdicts.find(({ allowed }) => !allowed);
    return denied && awsError('AccessDeniedException', `${fn} is not authorized to perform: ${denied.request.action}`);
  }

  /** Runs a function from its cold start on: its clients sign with the rights of its role. */
  async function run<Result>(fn: FunctionName, start: (environment: Record<string, string>) => Promise<Result>) {
    vi.stubEnv('AWS_ACCESS_KEY_ID', fn);
    const environment = environmentOf(template, STACK, OUTPUT[`${fn}Function`]);
    const onLoopback = Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(/^https:\/\/sqs\.[^/]+/, new URL(aws.queueUrl).origin),
    ]);
    return start(Object.fromEntries(onLoopback));
  }

  return {
    fake,
    aws,
    judged,
    roles,
    /** What the functions have logged. */
    lines,
    /** So many milliseconds go by in which nothing happens. */
    pass(ms: number) {
      left += ms;
    },
    /** OpenAI tells of a job that has ended. */
    webhook: (jobId: string) =>
      run('webhook', (env) => {
        const event = {
          id: 'evt_1',
          object: 'event',
          type: 'fine_tuning.job.succeeded',
          created_at: 1,
          data: { id: jobId },
        };
        const delivery = signed(WEBHOOK_KEY, JSON.stringify(event), Math.floor(Date.now() / 1000));
        return wireWebhook(readEnv(webhookSettings, env), log)(toDelivery(httpEvent('research', delivery)));
      }),
    observe: (...requests: readonly ObserveRequest[]) =>
      run('observe', (env) => {
        const batch = wireObserve(readEnv(observeSettings, env), deployed, log);
        const records = requests.map((request, at) => sqsRecord(`m-${at}`, request));
        return runBatch(sqsEvent(...records), batch, () => 60_000);
      }),
    /** The tick for jobs that are due to be read again. */
    lookAgain: () =>
      run('observe', (env) => wireObserve(readEnv(observeSettings, env), deployed, log).lookAgain(60_000)),
    share: () =>
      run('share', (env) => wireShare(readEnv(shareSettings, env), deployed, log)('request-1', FIVE_MINUTES)),
    publish: () => run('publish', (env) => wirePublish(readEnv(publishSettings, env), deployed, log)(FIVE_MINUTES)),
    reconcile: (by: Partial<Policy> = {}) =>
      run('reconcile', (env) =>
        wireReconcile(readEnv(reconcileSettings, env), { ...deployed, ...by }, log)(null, FIVE_MINUTES),
      ),
    /** From now on its ledger counts as too large to be looked at at once. */
    grow: () =>
      run('reconcile', (env) => {
        const author = { actor: 'reconcile', plan: null, now: Date.now };
        const ledger = createDynamoLedger(new DynamoDBClient({}), env[ENV.ledgerTable] ?? '', author);
        return changeState(ledger, 'pass', (pass) => ({ ...pass, checkpoints: 1e6, digest: null }));
      }),
    /** What a person asks; the answer, or why there is none. */
    operator: <Asked extends OperatorRequest>(request: Asked, by: Partial<Policy> = {}) =>
      run('operator', async (env) => {
        const operate = wireOperator(readEnv(operatorSettings, env), { ...deployed, ...by }, log);
        const answer = await operate({ by: 'jane', ...request }, 'request-1');
        if (!answer.ok) throw new Error(`${answer.error.message} ${answer.error.next}`);
        return answer.result as ResultOf<Asked['command']>;
      }),
    /** What a person asks of the keys function. */
    keys: <Asked extends OperatorRequest>(request: Asked) =>
      run('keys', async (env) => {
        const { answer: answerTo } = wireKeys(readEnv(keysSettings, env), deployed, log);
        const answer = await answerTo({ by: 'jane', ...request }, `request-${++requests}`);
        if (!answer.ok) throw new Error(`${answer.error.message} ${answer.error.next}`);
        return answer.result as ResultOf<Asked['command']>;
      }),
    tickKeys: () => run('keys', (env) => wireKeys(readEnv(keysSettings, env), deployed, log).tick()),
    keyLedger: () =>
      run('keys', async (env) => createDynamoKeyLedger(new DynamoDBClient(), readEnv(keysSettings, env).ledgerTable)),
    /** The source was read without a stored key before this policy was deployed. */
    wasKeyless: (identity: ConnectedIdentity) => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', EARLIER);
      const { [ENV.ledgerTable]: table = '' } = secretsOf(OUTPUT.keysFunction);
      return createDynamoIdentities(new DynamoDBClient(), table).save(identity);
    },
    adminKeySecret: secretsOf(OUTPUT.shareFunction)[ENV.adminKeySecret] ?? '',
    /** ARN of the secret of the source's project key. */
    projectKeySecret: arnIn(secretsOf(OUTPUT.observeFunction)[ENV.projectKeySecrets]),
    async close() {
      vi.restoreAllMocks();
      await aws.close();
      await fake.close();
    },
  };
}

export type StackAtWork = Awaited<ReturnType<typeof startStack>>;
