import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyDigest } from '../../../../lambdas/core/policy/policy.ts';
import { createOperator } from '../../../../lambdas/use-cases/operate/operate.ts';
import { createInMemoryLedger } from '../../../in-memory/ledger.ts';
import { ask, type Logged, NOW, operatorDeps } from '../ask.ts';
import { type OpenAIScene, startOpenAIScene } from '../openai-scene.ts';
import { examine, statesOf, wellLedger } from './examine.ts';

let scene: OpenAIScene;
beforeEach(async () => {
  scene = await startOpenAIScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

describe('doctor', () => {
  it('finds everything good where nothing is wrong, in a stable order', async () => {
    const findings = await examine({ ...scene.deps, ledger: await wellLedger() });
    expect(statesOf(findings)).toEqual([
      'admin-key: good',
      'admin-key list: good',
      'admin-key write: good',
      'admin-key audit-log: good',
      'admin-key model-permissions: good',
      'admin-key organisation: good',
      'project-key research: good',
      'project-key research: good',
      'key-project research: good',
      'webhook-secret research: good',
      'webhook-endpoint research: good',
      'webhooks research: good',
      'sweep research: good',
      'secrets: good',
      'clock: good',
      'policy: good',
      'ledger: good',
      'pacer: good',
      'queue: good',
      'dead-letters: good',
      'reconcile: good',
      'rows: good',
      'plan: good',
      'pause: good',
      'permissions: good',
      'refused-projects: good',
      'shutdowns: good',
      'keys: good',
    ]);
    expect(findings.every(({ message }) => /^[A-Z0-9].*\.$/.test(message))).toBe(true);
    expect(findings.every(({ mend, retryAfterSeconds }) => mend === null && retryAfterSeconds === null)).toBe(true);
  });

  it('says what is deployed, takes four admin calls, and changes nothing', async () => {
    const deps = operatorDeps({ ...scene.deps, ledger: await wellLedger() });
    expect(await ask(deps, { command: 'doctor', only: [] })).toMatchObject({
      at: new Date(NOW).toISOString(),
      policyDigest: policyDigest(deps.policy),
      version: '0.1.0',
    });
    expect(scene.fake.calls.count({ effect: true })).toBe(0);
    expect(scene.fake.calls.byEndpoint()).toMatchObject({
      'permissions.list': 1,
      'permissions.delete': 1,
      'audit_logs.list': 1,
      'projects.model_permissions': 1,
    });
  });

  it('makes only the checks of a name, or of a first word', async () => {
    expect(statesOf(await examine(scene.deps, 'admin-key write', 'policy'))).toEqual([
      'admin-key write: good',
      'policy: good',
    ]);
    expect(statesOf(await examine(scene.deps, 'webhook-endpoint'))).toEqual(['webhook-endpoint research: good']);
    expect((await examine(scene.deps, 'admin-key')).length).toBe(6);
  });

  it('refuses a check that there is not', async () => {
    const answer = await createOperator(operatorDeps(scene.deps))({ command: 'doctor', only: ['polisy'] }, 'request-1');
    expect(answer).toMatchObject({ error: { message: 'There is no check "polisy".', next: 'Did you mean "policy"?' } });
  });

  it('has nothing to say of a clock that nobody has told it of', async () => {
    expect(await examine({ ...scene.deps, clockSkew: () => null }, 'clock')).toEqual([]);
  });
});

describe('a check that cannot be made', () => {
  it('for want of a slot waits, and says how long', async () => {
    const deps = operatorDeps({ ...scene.deps, ledger: await wellLedger() });
    for (let call = 0; call < 6; call++) await deps.pacer.start('checkpoint-permissions.delete', 'fresh');
    await deps.pacer.throttled('audit-logs.list', 90);
    const { findings } = await ask(deps, { command: 'doctor', only: ['admin-key'] });
    expect(findings.filter(({ state }) => state !== 'good')).toEqual([
      {
        check: 'admin-key write',
        state: 'waiting',
        message: expect.stringContaining('checkpoint-permissions.delete can go in 62 s.'),
        mend: null,
        retryAfterSeconds: 62,
      },
      expect.objectContaining({
        check: 'admin-key audit-log',
        state: 'waiting',
        message: expect.stringContaining('(OpenAI answered 429)'),
        retryAfterSeconds: 90,
      }),
    ]);
  });

  it('because OpenAI throttles it waits, too, and the pacer knows', async () => {
    scene.fake.faults.queue('permissions.list', { kind: 'throttled', retryAfterSeconds: 20 });
    const deps = operatorDeps(scene.deps);
    const { findings } = await ask(deps, { command: 'doctor', only: ['admin-key list'] });
    expect(findings).toMatchObject([{ state: 'waiting', retryAfterSeconds: 20 }]);
    expect((await deps.pacer.start('checkpoint-permissions.list', 'fresh')).waitMs).toBeGreaterThan(0);
  });

  it('for a reason that nobody foresaw is a finding, and keeps no other from being made', async () => {
    const logged: Logged[] = [];
    const error = new TypeError('token IQoJb3JpZ2lu');
    const secrets = { current: () => Promise.reject(error), currentAndPrevious: () => Promise.reject(error) };
    const deps = operatorDeps({ ...scene.deps, secrets, ledger: await wellLedger() }, logged);
    const { findings } = await ask(deps, { command: 'doctor', only: [] });
    expect(findings).toHaveLength(27);
    expect(findings[0]).toEqual({
      check: 'admin-key',
      state: 'bad',
      message: 'This could not be checked (TypeError).',
      mend: 'The log of the operator function says more, under the request id request-1.',
      retryAfterSeconds: null,
    });
    expect(JSON.stringify(findings)).not.toContain('IQoJb3JpZ2lu');
    expect(logged).toContainEqual({ message: 'Check failed', fields: { check: 'admin-key', error } });
  });

  it('because the ledger cannot be read is said once; the rest is told not to have been looked at', async () => {
    const away = () => Promise.reject(new Error('table not found'));
    const findings = await examine({ ...scene.deps, ledger: { ...createInMemoryLedger(), listCheckpoints: away } });
    expect(findings.filter(({ state }) => state === 'bad').map(({ check }) => check)).toEqual(['ledger']);
    const unseen = findings.filter(({ message }) => message.includes('because the ledger cannot be read'));
    expect(unseen.map(({ check }) => check)).toEqual([
      'webhooks research',
      'sweep research',
      'pacer',
      'queue',
      'dead-letters',
      'reconcile',
      'rows',
      'plan',
      'pause',
      'permissions',
      'refused-projects',
      'shutdowns',
      'keys',
    ]);
  });
});
