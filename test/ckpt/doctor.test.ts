import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { doctor } from '../../bin/ckpt/doctor/doctor.ts';
import type { Session } from '../../bin/ckpt/session.ts';
import { createPaint } from '../../bin/ckpt/text/paint.ts';
import type { Finding } from '../../lambdas/shared/contract/operator.ts';
import type { OperateDeps } from '../../lambdas/use-cases/operate/deps.ts';
import manifest from '../../package.json' with { type: 'json' };
import { secretOf } from '../core/webhook/signing.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { operatorDeps } from '../use-cases/operate/ask.ts';
import { wellLedger } from '../use-cases/operate/doctor/examine.ts';
import { ADMIN, type OpenAIScene, startOpenAIScene } from '../use-cases/operate/openai-scene.ts';
import { aFolder } from './folder.ts';
import { runCkpt } from './run-ckpt.ts';
import { openTestSession } from './session.ts';
import { startStack } from './stack.ts';
import { RESEARCH_KEY, startReceiver } from './webhook/receiver.ts';

/** The policy that is deployed, as a file. */
const FILE = {
  version: 1,
  projects: { research: { id: 'proj_RESEARCH', source: {} }, 'prod-eu': { id: 'proj_EU' } },
  rules: [{ name: 'rule', from: 'research', to: ['prod-eu'] }],
};

let folder: Awaited<ReturnType<typeof aFolder>>;
let scene: OpenAIScene;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let well: Partial<OperateDeps>;
beforeEach(async () => {
  folder = await aFolder();
  await writeFile(folder.in('deployed.yaml'), stringify(FILE));
  scene = await startOpenAIScene();
  receiver = await startReceiver();
  const webhookUrl = `http://127.0.0.1:${receiver.port}/webhooks`;
  scene.fake.addWebhookEndpoint('proj_RESEARCH', { url: `${webhookUrl}/research`, secret: secretOf(RESEARCH_KEY) });
  well = { ...scene.deps, ledger: await wellLedger(), webhookUrl, version: manifest.version, clockSkew: () => 120 };
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Document {
  readonly ok: boolean;
  readonly version: string;
  readonly findings: readonly Finding[];
}

/** Runs it in this process; the policy file is the one that is deployed, unless told. */
async function examine(session: Session, options: { config?: string; webhookTest?: boolean; timeout?: number } = {}) {
  const usual = { config: folder.in('deployed.yaml'), webhookTest: true, timeout: 300_000 };
  const answer = await doctor.run(session, { ...usual, ...options }, []);
  const document = answer.document as Document;
  const of = (check: string) => document.findings.filter((finding) => finding.check === check);
  return { document, of, text: answer.text(), exitCode: answer.exitCode };
}

describe('ckpt doctor', () => {
  it('of an installation with nothing wrong ends with 0, and says what was looked at', async () => {
    await using stack = await startStack(well);
    const { code, stdout, stderr } = await runCkpt(['doctor'], { url: stack.url, cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const shown = stdout
      .replaceAll(String(receiver.port), 'PORT')
      .replaceAll(manifest.version, 'VERSION')
      .replace(/is \d+ s .* the one in AWS/, 'is N s off the one in AWS');
    expect(shown).toMatchInlineSnapshot(`
      "CheckpointSharing in eu-west-1, 2026-11-20 12:00:00Z, version VERSION

      Admin key and secrets
        ✓ The secret arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin holds a key.
        ✓ The admin key may list permissions.
        ✓ The admin key may grant and revoke permissions.
        ✓ The admin key may read the audit log.
        ✓ The admin key may read which models a project may use.
        ✓ The admin key is of the organisation that has proj_RESEARCH.
        ✓ Every key has a secret of its own.

      Source research
        ✓ The project key of research works, and may list fine-tuning jobs.
        ✓ The project key of research may read models.
        ✓ The project key of research is one of proj_RESEARCH, as of 2026-11-20T11:00:00.000Z.
        ✓ The webhook secret of research holds 1 to verify deliveries with.
        ✓ OpenAI delivers the ends of the jobs of research to http://127.0.0.1:PORT/webhooks/research.
        ✓ No job of research is known to have ended within 7 days, so that no webhook was to come. The last one came at 2026-11-20T09:00:00.000Z.
        ✓ The jobs of research were last listed at 2026-11-20T11:59:05.000Z.
        ✓ http://127.0.0.1:PORT/webhooks/research accepts a signed test event.

      Stack
        ✓ The clocks of OpenAI and of the operator function are 0.1 s apart.
        ✓ The policy has sources (1) and something to share (rules: 1, pins: 0).
        ✓ The ledger can be read (jobs: 0, checkpoints: 0).
        ✓ No admin endpoint is throttled or held.
        ✓ No job waits to be observed (being looked at: 0).
        ✓ There are no dead letters.
        ✓ The last reconcile ended well at 2026-11-20T11:59:10.000Z.
        ✓ Every row of the ledger could be written.
        ✓ No plan waits for confirmation.
        ✓ Nothing is paused.
        ✓ No permission is drifted or rejected.
        ✓ OpenAI refuses no project.
        ✓ No shared model shuts down within 30 days.
        ✓ No key ends soon, lies about unused or was deleted by somebody else, and no rotation is overdue.

      This machine
        ✓ The stack and this CLI are of version VERSION.
        ! The clock of this machine is N s off the one in AWS.
            Set it, best by NTP: AWS refuses requests that are signed five minutes off.

      Nothing is bad, 1 to know of, 30 good.
      "
    `);
  });

  it('prints one document with --json, and ends with 1 where something is bad', async () => {
    scene.stored.set(ADMIN, 'sk-proj-CANARY');
    await using stack = await startStack(well);
    const { code, stdout } = await runCkpt(['doctor', '--json', '--no-webhook-test'], {
      url: stack.url,
      cwd: folder.path,
    });
    expect(code).toBe(1);
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual(['at', 'version', 'ok', 'findings']);
    expect(document).toMatchObject({ ok: false, version: manifest.version });
    expect(document.findings[0]).toMatchObject({ check: 'admin-key', state: 'bad' });
    expect(stdout).not.toContain('CANARY');
    expect(receiver.requests).toEqual([]);
  });

  it('shows how to mend what it has found, below it', async () => {
    const queues = {
      observe: async () => ({ waiting: 0, inFlight: 0 }),
      deadLetters: async () => ({ waiting: 1, inFlight: 0 }),
    };
    const { text, exitCode } = await examine(openTestSession({ ...well, queues }).session);
    expect(exitCode).toBe(1);
    expect(text).toContain(
      '  ✗ A job could not be observed, again and again: dead letters.\n      Find out why (docs/runbook.md#dead-letters)',
    );
    expect(text).toMatch(/\n1 bad, \d+ to know of, \d+ good\.\n$/);
  });

  it('marks findings with colours where there are some', async () => {
    const { session } = openTestSession({ ...well, clockSkew: () => 5_000 });
    const { text } = await examine({ ...session, paint: createPaint(true) });
    const paint = createPaint(true);
    expect(text).toContain(`  ${paint('green', '✓')} The secret`);
    expect(text).toContain(`  ${paint('yellow', '!')} The clocks of OpenAI`);
  });
});

describe('what waits for a slot', () => {
  /** An operator's ports in which the next DELETE has to wait. */
  async function busy() {
    const { session, slept, said } = openTestSession();
    const deps = operatorDeps({ ...well, now: session.now });
    for (let call = 0; call < 6; call++) await deps.pacer.start('checkpoint-permissions.delete', 'fresh');
    const test = openTestSession(deps);
    return { session: { ...test.session, sleep: session.sleep, now: session.now }, slept, said };
  }

  it('is asked for again, alone, and takes its place among the others', async () => {
    const { session, slept } = await busy();
    const { document, of } = await examine(session);
    expect(slept).toEqual([62_000]);
    expect(of('admin-key write')).toMatchObject([{ state: 'good' }]);
    expect(document.findings.slice(0, 5).map(({ check }) => check)).toEqual([
      'admin-key',
      'admin-key list',
      'admin-key write',
      'admin-key audit-log',
      'admin-key model-permissions',
    ]);
    expect(scene.fake.calls.byEndpoint()['permissions.list']).toBe(1);
  });

  it('stays so when there is no more time, and is no reason to call the installation bad', async () => {
    const { session, slept } = await busy();
    const { of, text, exitCode } = await examine(session, { timeout: 30_000 });
    expect(slept).toEqual([]);
    expect(of('admin-key write')).toMatchObject([{ state: 'waiting', retryAfterSeconds: 62 }]);
    expect(text).toContain('1 could not be checked in time: see --timeout.');
    expect(exitCode).toBe(0);
  });
});

describe('the test of webhooks', () => {
  it('delivers a genuine event that nobody has a use for', async () => {
    const { of } = await examine(openTestSession(well).session);
    expect(of('webhook-test research')).toMatchObject([{ state: 'good', message: expect.stringContaining('accepts') }]);
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.queued).toEqual([]);
  });

  it('shows no more than that the stack agrees with itself, as long as no delivery of OpenAI has verified', async () => {
    const ledger = createInMemoryLedger();
    const { of, exitCode } = await examine(openTestSession({ ...well, ledger }).session);
    for (const check of ['webhook-secret research', 'webhook-test research']) {
      expect(of(check)).toMatchObject([{ state: 'notice', mend: expect.any(String) }]);
    }
    expect(of('webhook-test research')[0]?.message).toContain(
      'accepts a signed test event. It was signed with the secret',
    );
    expect(exitCode).toBe(0);
    await ledger.touchSource('research', { lastWebhookAt: Date.parse('2026-11-20T11:59:00.000Z') });
    const shown = await examine(openTestSession({ ...well, ledger }).session);
    expect(shown.of('webhook-test research')).toMatchObject([{ state: 'good', mend: null }]);
  });

  it('is bad where the function verifies with another secret', async () => {
    receiver.stored.set('arn:webhook-research', secretOf(Buffer.alloc(32, 9)));
    const { of, exitCode } = await examine(openTestSession(well).session);
    expect(of('webhook-test research')).toMatchObject([
      {
        state: 'bad',
        message: expect.stringContaining('answers 401'),
        mend: expect.stringContaining('another secret'),
      },
    ]);
    expect(exitCode).toBe(1);
  });

  it('is bad where nobody answers', async () => {
    const { of } = await examine(openTestSession({ ...well, webhookUrl: 'http://127.0.0.1:9/webhooks' }).session);
    expect(of('webhook-test research')).toMatchObject([
      { state: 'bad', message: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  it('is left out where the ledger cannot tell which sources there are: the other findings still come', async () => {
    const ledger = { ...createInMemoryLedger(), listCheckpoints: () => Promise.reject(new Error('away')) };
    const { of } = await examine(openTestSession({ ...well, ledger: { ...ledger } }).session);
    expect(of('ledger')).toMatchObject([{ state: 'bad' }]);
    expect(of('webhook-test')).toMatchObject([{ state: 'notice' }]);
  });
});

describe('this machine', () => {
  it('may have another version', async () => {
    const { of } = await examine(openTestSession({ ...well, version: '0.0.1' }).session);
    expect(of('cli-version')).toMatchObject([
      {
        state: 'notice',
        message: expect.stringContaining('of version 0.0.1'),
        mend: expect.stringContaining('Deploy'),
      },
    ]);
  });

  it.each([
    [5_000, 'good', 'is right'],
    [90_000, 'notice', '90 s ahead of'],
    [-90_000, 'notice', '90 s behind'],
  ])('may have another clock, by %i ms', async (aheadMs, state, message) => {
    const { session } = openTestSession(well);
    const { of } = await examine({ ...session, now: () => session.now() + aheadMs });
    expect(of('local-clock')).toMatchObject([{ state, message: expect.stringContaining(message) }]);
  });
});

describe('the policy file', () => {
  async function examineWith(content: string | null) {
    if (content !== null) await writeFile(folder.in('sharing.yaml'), content);
    return examine(openTestSession(well).session, { config: folder.in('sharing.yaml') });
  }

  it('that is deployed is good', async () => {
    const { of } = await examineWith(stringify(FILE));
    expect(of('policy-file')).toMatchObject([{ state: 'good' }]);
  });

  it('that is not deployed yet is worth a word', async () => {
    const { of, exitCode } = await examineWith(stringify({ ...FILE, prune: true }));
    expect(of('policy-file')).toMatchObject([
      {
        state: 'notice',
        message: expect.stringContaining('is not deployed yet'),
        mend: expect.stringContaining('cdk deploy'),
      },
    ]);
    expect(exitCode).toBe(0);
  });

  it.each([
    ['with mistakes', 'version: 2', 'mistake'],
    ['that is not there, though it was named', null, 'There is no file'],
  ])('%s is bad', async (_, content, message) => {
    const { of, exitCode } = await examineWith(content);
    expect(of('policy-file')).toMatchObject([{ state: 'bad', message: expect.stringContaining(message) }]);
    expect(exitCode).toBe(1);
  });

  it('is sharing.yaml of the folder where none was named, and not missed where there is none', async () => {
    await using stack = await startStack(well);
    const findings = async () => {
      const { stdout } = await runCkpt(['doctor', '--json', '--no-webhook-test'], { url: stack.url, cwd: folder.path });
      return (JSON.parse(stdout) as Document).findings.filter(({ check }) => check === 'policy-file');
    };
    expect(await findings()).toEqual([]);
    await writeFile(folder.in('sharing.yaml'), stringify(FILE));
    expect(await findings()).toMatchObject([{ state: 'good' }]);
  });
});
