import { afterEach, describe, expect, it } from 'vitest';
import {
  HOUR_MS,
  type Kind,
  liveSecrets,
  PROJECT,
  type RotateScene,
  SCOPES,
  SECRET,
  STEPS,
  startRotateScene,
} from './rotate-scene.ts';

let scene: RotateScene;
afterEach(() => scene[Symbol.asyncDispose]());

const KINDS: readonly Kind[] = ['admin', 'project', 'webhook'];

describe.each(KINDS)('a rotation (%s)', (kind) => {
  it('puts a new value in the place of the old one, which works meanwhile, and tells of no value', async () => {
    scene = await startRotateScene();
    const old = await scene.current(SECRET[kind]);
    for (const name of STEPS) {
      await scene.step(kind, name, 'second');
      expect(await scene.works(kind)).toBe(true);
      expect((await scene.current(SECRET[kind])) === old).toBe(name !== 'finishSecret');
    }
    const told = JSON.stringify([scene.logged, await scene.keyLedger.listKeys(), await events()]);
    for (const value of [old, await scene.current(SECRET[kind])]) expect(told).not.toContain(value);
    expect(told).toContain('key-changed');
  });

  it('does nothing more when its steps are repeated, each at once or all of them later', async () => {
    scene = await startRotateScene();
    for (const name of STEPS) for (const _ of [1, 2]) await scene.step(kind, name, 'second');
    const value = await scene.current(SECRET[kind]);
    await scene.rotate(kind, 'second');
    expect(await scene.current(SECRET[kind])).toBe(value);
    expect(scene.fake.calls.count({ endpoint: MAKES[kind] })).toBe(kind === 'project' ? 2 : 1);
  });

  it('begins with createSecret, for its own secrets alone', async () => {
    scene = await startRotateScene();
    await expect(scene.step(kind, 'finishSecret', 'second')).rejects.toThrow(/begin with createSecret/);
    await scene.rotate(kind, 'second');
    await scene.rotate(kind, 'third');
    await expect(scene.step(kind, 'finishSecret', 'second')).rejects.toThrow(/no pending version/);
    expect(await scene.works(kind)).toBe(true);
  });

  it.each(['nothing', 'what is current'])(
    'is fit to be tried by Secrets Manager with testSecret alone, on a version that holds %s',
    async (held) => {
      scene = await startRotateScene();
      // Not connected yet, nor is there anything to ask OpenAI.
      scene.endpoint.url = 'https://elsewhere.example/webhooks/research';
      const token = 'trial-0000-4000-8000-000000000000';
      const value = await scene.current(SECRET[kind]);
      if (held !== 'nothing') await scene.store.put(SECRET[kind], value, { token, stages: ['AWSPENDING'] });
      await scene.step(kind, 'testSecret', 'trial');
      expect(await scene.current(SECRET[kind])).toBe(value);
    },
  );

  async function events() {
    return (await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 20 })).items;
  }
});

const MAKES = {
  admin: 'admin_keys.create',
  project: 'service_accounts.create_key',
  webhook: 'webhook_endpoints.rotate_secret',
} as const;

describe.each(['admin', 'project'] as const)('the old key (%s)', (kind) => {
  it('lives until the grace has passed since the last step, and no longer', async () => {
    scene = await startRotateScene();
    const [old] = scene.keys(kind);
    await scene.rotate(kind, 'second');
    scene.advance(24 * HOUR_MS - 1);
    await scene.sweep();
    expect(scene.keys(kind)).toContain(old);
    scene.advance(1);
    await scene.sweep();
    expect(scene.keys(kind)).toHaveLength(1);
    expect(scene.keys(kind)).not.toContain(old);
    expect(await scene.works(kind)).toBe(true);
    const records = (await scene.keyLedger.listKeys()).filter((record) => record.kind === kind);
    expect(records).toMatchObject([{ state: 'made', keyId: scene.keys(kind)[0]?.id }]);
  });

  it('goes with the next sweep where no grace is wanted', async () => {
    scene = await startRotateScene({ graceSeconds: 0 });
    await scene.rotate(kind, 'second');
    await scene.sweep();
    expect(scene.keys(kind)).toHaveLength(1);
    expect(await scene.works(kind)).toBe(true);
  });

  it('stays where a person has put it back, and is left alone for as long as it is used', async () => {
    scene = await startRotateScene();
    const old = await scene.current(SECRET[kind]);
    await scene.rotate(kind, 'second');
    await scene.store.put(SECRET[kind], old, { token: 'put back' });
    for (const _ of [1, 2, 3]) {
      scene.advance(30 * HOUR_MS);
      await scene.sweep();
    }
    expect(await scene.works(kind)).toBe(true);
    expect(await scene.current(SECRET[kind])).toBe(old);
  });

  it('is not deleted while its successor is only pending, whose key goes once nobody finishes that rotation', async () => {
    scene = await startRotateScene({ graceSeconds: 0 });
    const old = await scene.current(SECRET[kind]);
    await scene.step(kind, 'createSecret', 'second');
    expect(scene.keys(kind)).toHaveLength(2);
    await scene.sweep();
    expect(scene.keys(kind)).toHaveLength(2);
    scene.advance(HOUR_MS);
    await scene.sweep();
    expect(scene.keys(kind).map(({ value }) => value)).toEqual([old]);
    await expect(scene.step(kind, 'testSecret', 'second')).rejects.toThrow();
  });

  it('has a successor that lives as long as it was to live', async () => {
    scene = await startRotateScene();
    const [old] = scene.keys(kind);
    if (old === undefined) throw new Error('no key');
    old.expiresAt = old.createdAt + 90 * 24 * HOUR_MS;
    scene.fake.quirks.keyLifetimeCap = 90 * 24 * 3_600;
    scene.advance(24 * HOUR_MS);
    await scene.rotate(kind, 'second');
    expect(scene.keys(kind).at(-1)?.expiresAt).toBe(scene.now() + 90 * 24 * HOUR_MS);
  });
});

it('a key whose end was put off has a successor that lives as long as OpenAI allows', async () => {
  scene = await startRotateScene();
  const [old] = scene.keys('project');
  if (old === undefined) throw new Error('no key');
  old.expiresAt = old.createdAt + 600 * 24 * HOUR_MS;
  await scene.rotate('project', 'second');
  expect(scene.keys('project').at(-1)?.expiresAt).toBe(scene.now() + 365 * 24 * HOUR_MS);
});

describe.each(['admin', 'project'] as const)('a new key (%s)', (kind) => {
  it('that OpenAI takes a while to accept is waited for before it is used', async () => {
    scene = await startRotateScene();
    scene.fake.quirks.newKeyLagMs = 40_000;
    await scene.rotate(kind, 'second');
    expect(await scene.works(kind)).toBe(true);
  });

  it('that OpenAI never accepts is not used', async () => {
    scene = await startRotateScene();
    scene.fake.quirks.newKeyLagMs = 10 * HOUR_MS;
    const old = await scene.current(SECRET[kind]);
    await scene.step(kind, 'createSecret', 'second');
    await expect(scene.step(kind, 'testSecret', 'second')).rejects.toMatchObject({ name: 'BadCredentialsError' });
    expect(await scene.current(SECRET[kind])).toBe(old);
  });

  it('whose answer was lost is deleted, and the next attempt makes another', async () => {
    scene = await startRotateScene();
    scene.fake.faults.queue(MAKES[kind], 'reset-after');
    await expect(scene.step(kind, 'createSecret', 'second')).rejects.toThrow(/answer was lost/);
    expect(scene.keys(kind)).toHaveLength(1);
    await scene.rotate(kind, 'second');
    expect(scene.keys(kind)).toHaveLength(2);
    expect(await scene.works(kind)).toBe(true);
  });
});

describe('an admin key', () => {
  const LESS = [
    'api.fine_tuning.checkpoints.read',
    'api.fine_tuning.checkpoints.write',
    'api.management.read',
    'api.management.write',
  ];

  async function startRestricted(allowWiderAdminKey: boolean, scopes: readonly string[] = LESS) {
    scene = await startRotateScene({ allowWiderAdminKey });
    const { value } = scene.fake.addAdminKey({ scopes });
    await scene.store.put(SECRET.admin, value, { token: 'restricted' });
  }

  it.each(['unauthorized', 'forbidden', 'forbidden-bare'] as const)(
    'with less than all rights is not replaced by one that has all (%s)',
    async (missingScope) => {
      await startRestricted(false);
      scene.fake.quirks.missingScope = missingScope;
      const refused = expect(scene.step('admin', 'createSecret', 'second')).rejects;
      await refused.toMatchObject({
        name: 'RotationRefusedError',
        message: expect.stringMatching(/api\.audit_logs\.read.*allowWiderAdminKey/),
      });
      expect(scene.keys('admin')).toHaveLength(2);
      expect(await scene.keyLedger.listKeys()).toHaveLength(1);
    },
  );

  it('with just what the README asks for is not replaced by one that has all rights', async () => {
    await startRestricted(false, [...LESS, 'api.audit_logs.read']);
    const refused = expect(scene.step('admin', 'createSecret', 'second')).rejects;
    await refused.toThrow(/api\.usage\.read.*allowWiderAdminKey/);
    expect(scene.keys('admin')).toHaveLength(2);
  });

  it('with less than all rights is replaced where the policy says so', async () => {
    await startRestricted(true);
    await scene.rotate('admin', 'second');
    expect(scene.keys('admin').at(-1)?.scopes).toBeNull();
    expect(await scene.works('admin')).toBe(true);
  });

  it.each(['forbidden', 'not-found'] as const)(
    'counts as one with all rights where the organisation has no audit log (%s)',
    async (auditLog) => {
      scene = await startRotateScene();
      scene.fake.quirks.auditLog = auditLog;
      await scene.rotate('admin', 'second');
      expect(scene.keys('admin')).toHaveLength(2);
    },
  );

  it('is not replaced where nobody can say what the present one may do', async () => {
    scene = await startRotateScene();
    scene.fake.faults.queue('audit_logs.list', 'error-before');
    await expect(scene.step('admin', 'createSecret', 'second')).rejects.toMatchObject({ name: 'UnavailableError' });
    expect(scene.keys('admin')).toHaveLength(1);
  });
});

describe('a project key', () => {
  it('gets a successor on the same service account, with the same scopes', async () => {
    scene = await startRotateScene();
    const [old] = scene.keys('project');
    await scene.rotate('project', 'second');
    await scene.rotate('project', 'third');
    const [, ...successors] = scene.keys('project');
    expect(successors).toMatchObject([1, 2].map(() => ({ owner: { id: old?.owner.id }, scopes: SCOPES })));
  });

  it('that was made with all rights on purpose gets one with all rights', async () => {
    scene = await startRotateScene();
    for (const { id } of await scene.keyLedger.listKeys()) await scene.keyLedger.deleteKey(id);
    await scene.projectKeyOfAccount(null);
    await scene.rotate('project', 'second');
    expect(scene.keys('project').at(-1)?.scopes).toBeNull();
  });

  it('of which nobody knows what it may do is not replaced, and how to mend that is told', async () => {
    scene = await startRotateScene();
    for (const { id } of await scene.keyLedger.listKeys()) await scene.keyLedger.deleteKey(id);
    await expect(scene.step('project', 'createSecret', 'second')).rejects.toThrow(/does not say.*project-keys update/);
    expect(scene.keys('project')).toHaveLength(1);
  });

  it.each([
    ['OpenAI lists none that fits', ['sk-svcacct-nobody-knows-this-one']],
    ['OpenAI lists two that look the same', ['sk-svcacct-AAAA-one-ZZZZ', 'sk-svcacct-AAAA-two-ZZZZ']],
  ])('of which %s is not replaced', async (_, [value = '', ...twins]) => {
    scene = await startRotateScene();
    if (twins.length > 0) for (const each of [value, ...twins]) scene.fake.addProjectKey(PROJECT, { value: each });
    await scene.store.put(SECRET.project, value, { token: 'in doubt' });
    await expect(scene.step('project', 'createSecret', 'second')).rejects.toThrow(/cannot be told/);
  });

  it('of a person is not replaced', async () => {
    scene = await startRotateScene();
    const { value } = scene.fake.addProjectKey(PROJECT);
    await scene.store.put(SECRET.project, value, { token: 'of a person' });
    await expect(scene.step('project', 'createSecret', 'second')).rejects.toThrow(/belongs to a person/);
  });
});

describe('a webhook secret', () => {
  it('is kept alive at OpenAI for 24 hours', async () => {
    scene = await startRotateScene();
    const old = await scene.current(SECRET.webhook);
    await scene.rotate('webhook', 'second');
    expect(scene.endpoint.secrets).toMatchObject([
      { value: await scene.current(SECRET.webhook), until: null },
      { value: old, until: scene.now() + 24 * HOUR_MS },
    ]);
  });

  it.each([
    ['none', /has no webhook endpoint https:\/\/hooks\.example\/webhooks\/research/],
    ['two', /has 2 webhook endpoints/],
  ])('is not rotated where %s leads here', async (count, message) => {
    scene = await startRotateScene();
    if (count === 'two') scene.fake.addWebhookEndpoint(PROJECT, { url: scene.endpoint.url });
    else scene.endpoint.url = 'https://elsewhere.example/webhooks/research';
    await expect(scene.step('webhook', 'createSecret', 'second')).rejects.toThrow(message);
    expect(scene.endpoint.secrets).toHaveLength(1);
  });

  /** With which OpenAI signs, of those that deliveries are verified with. */
  async function verifying(): Promise<readonly string[]> {
    const stages = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'];
    const held = await Promise.all(stages.map((stage) => scene.store.read(SECRET.webhook, { stage })));
    return liveSecrets(scene.fake, scene.now()).filter((value) => held.includes(value));
  }

  it.each(['all', 'last'] as const)(
    'is rotated again where the answer was lost, %s older ones being kept',
    async (kept) => {
      scene = await startRotateScene();
      scene.fake.quirks.keptWebhookSecrets = kept;
      const old = await scene.current(SECRET.webhook);
      scene.fake.faults.queue('webhook_endpoints.rotate_secret', 'reset-after');
      await expect(scene.step('webhook', 'createSecret', 'second')).rejects.toThrow();
      expect(scene.endpoint.secrets).toHaveLength(2);
      expect(await verifying()).toEqual([old]);
      await scene.step('webhook', 'createSecret', 'second');
      const [newest] = scene.endpoint.secrets;
      expect(await verifying()).toEqual(kept === 'all' ? [newest?.value, old] : [newest?.value]);
      await scene.rotate('webhook', 'second');
      expect(await scene.current(SECRET.webhook)).toBe(newest?.value);
    },
  );

  it('that OpenAI keeps the last of alone is one that nobody has after two lost answers, until a third try', async () => {
    scene = await startRotateScene();
    scene.fake.quirks.keptWebhookSecrets = 'last';
    scene.fake.faults.queue('webhook_endpoints.rotate_secret', 'reset-after', 'reset-after');
    for (let times = 0; times < 2; times++) {
      await expect(scene.step('webhook', 'createSecret', 'second')).rejects.toThrow();
    }
    expect(await verifying()).toEqual([]);
    await scene.rotate('webhook', 'second');
    expect(await scene.works('webhook')).toBe(true);
  });
});
