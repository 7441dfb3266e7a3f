import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { wire as wireObserve } from '../../lambdas/observe/wire.ts';
import { wire as wireOperator } from '../../lambdas/operator/wire.ts';
import { wire as wireReconcile } from '../../lambdas/reconcile/wire.ts';
import { wire as wireShare } from '../../lambdas/share/wire.ts';
import type { Checked } from '../../lambdas/shared/contract/operator.ts';
import { asLog, createLogger } from '../../lambdas/shared/runtime/serve.ts';
import { runBatch } from '../../lambdas/shared/runtime/sqs-batch.ts';
import { wire as wireWebhook } from '../../lambdas/webhook/wire.ts';
import { aPolicy } from '../core/policy/builders.ts';
import { CANARY, ILL_FORMS } from '../core/secrets/ill-forms.ts';
import { signed } from '../core/webhook/signing.ts';
import { JOB_EVENT } from '../webhook/events.ts';
import { startAccount } from './aws-account.ts';
import { startEcho } from './echo-openai.ts';
import { listen } from './listen.ts';
import { failuresIn, sqsEvent, sqsRecord } from './sqs-events.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

type Account = Awaited<ReturnType<typeof startAccount>>;

const [ADMIN, PROJECT, HOOK] = ['arn:admin', 'arn:research', 'arn:hook'];
const projectKeys = new Map([['research', PROJECT]]);
const webhookSecrets = new Map([['research', HOOK]]);
const logOf = (name: string) => asLog(createLogger(name));

/** Every function that reads a key, wired as it is deployed, does what it does with one. */
async function runAll(aws: Account, baseUrl: string, note: (error: unknown) => void) {
  const policy: Policy = { ...aPolicy(), openai: { ...aPolicy().openai, baseUrl } };
  const { queueUrl } = aws;
  const settings = { ledgerTable: 'ledger', queueUrl, shareFunction: 'share', projectKeys };
  const batch = wireObserve(settings, policy, logOf('observe'));
  const record = sqsRecord('m-1', { source: 'research', jobId: 'ftjob-1' });
  const observed = await runBatch(sqsEvent(record), batch, () => 60_000);
  // Puts the audit log up to be read, so that share has something to do.
  await wireReconcile(settings, policy, logOf('reconcile'))(null, 300_000).catch(note);
  const shareSettings = { ledgerTable: 'ledger', pacerTable: 'pacer', adminKeySecret: ADMIN };
  await wireShare(shareSettings, policy, logOf('share'))('request-1', 300_000).catch(note);
  return { failed: failuresIn(observed), findings: await askDoctor(aws, policy) };
}

async function askDoctor({ queueUrl }: Account, policy: Policy) {
  const settings = {
    ledgerTable: 'ledger',
    pacerTable: 'pacer',
    adminKeySecret: ADMIN,
    secretArnPrefix: 'arn:',
    observeQueueUrl: queueUrl,
    observeDeadLetterQueueUrl: queueUrl,
    shareFunction: 'share',
    reconcileFunction: 'reconcile',
    webhookUrl: 'https://api.example.com/webhooks',
    projectKeys,
    webhookSecrets,
    identityRoles: new Map(),
  };
  const operate = wireOperator(settings, policy, logOf('operator'));
  const answer = await operate({ command: 'doctor', only: [] }, 'request-1');
  if (!answer.ok) throw new Error(answer.error.message);
  return (answer.result as Checked).findings;
}

/** A delivery that whoever guesses has signed. */
async function deliver({ queueUrl }: Account) {
  const receive = wireWebhook({ queueUrl, sources: webhookSecrets }, logOf('webhook'));
  return receive({ source: 'research', ...signed(Buffer.alloc(32, 5), JOB_EVENT, Math.floor(Date.now() / 1_000)) });
}

/** Runs everything with this value in every secret; gives all that was sent, stored, written and answered. */
async function runWith(value: string) {
  const openai = await startEcho((response) => response.writeHead(500).end());
  const aws = await startAccount({ [ADMIN]: value, [PROJECT]: value, [HOOK]: value });
  const { note, written } = listen();
  try {
    const { failed, findings } = await runAll(aws, openai.baseUrl, note);
    const answer = await deliver(aws);
    const log = written();
    const everything = log + JSON.stringify([findings, answer, aws.calls]);
    return { sent: openai.keys, failed, findings, answer, log, everything };
  } finally {
    vi.restoreAllMocks();
    await aws.close();
    await openai.close();
  }
}

const ran = new Map<string, ReturnType<typeof runWith>>();

/** The same, once a value: what comes of one is looked at from several sides. */
function onceWith(value: string) {
  const running = ran.get(value) ?? runWith(value);
  ran.set(value, running);
  return running;
}

/** The log lines of one message. Not every one ends in a line end here. */
const linesOf = (log: string, message: string) =>
  log.split(/\n|(?=\{"level":)/).filter((line) => line.includes(message));

describe('a secret that is no bare key', () => {
  it.each(ILL_FORMS)('%j is sent by no function, and each names what it is', async (value, called) => {
    const { sent, failed, findings, log, everything } = await onceWith(value);
    expect(sent).toEqual(new Set());
    expect(failed).toEqual(['m-1']);
    for (const message of ['Job could not be read', 'Source not swept', 'Audit log not read']) {
      const lines = linesOf(log, `"message":"${message}"`);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(JSON.parse(line).reason).toMatch(called);
    }
    for (const check of ['admin-key', 'project-key research']) {
      const finding = findings.find((each) => each.check === check);
      expect(finding).toMatchObject({ state: 'bad', message: expect.stringMatching(called) });
    }
    expect(everything).not.toContain(CANARY);
    expect(everything).not.toContain(Buffer.from(CANARY).toString('base64').slice(4, -4));
  });

  const notForWebhooks = ILL_FORMS.filter(([value]) => !value.startsWith('whsec_'));
  it.each(notForWebhooks)('%j verifies no delivery: OpenAI is to send it again', async (value) => {
    const { answer, findings, log } = await onceWith(value);
    expect(answer.status).toBe(503);
    expect(linesOf(log, 'The webhook secret is not usable').join()).toContain(`Secret ${HOOK} `);
    expect(findings.find(({ check }) => check === 'webhook-secret research')).toMatchObject({ state: 'bad' });
  });

  it('which is a bare key is sent by all of them, white space at its ends aside', async () => {
    const key = `sk-future-${CANARY}`;
    const { sent, findings, everything } = await runWith(` ${key}\n`);
    expect(sent).toEqual(new Set([key]));
    expect(findings.find(({ check }) => check === 'admin-key')).toMatchObject({ state: 'good' });
    expect(everything).not.toContain(CANARY);
  });
});
