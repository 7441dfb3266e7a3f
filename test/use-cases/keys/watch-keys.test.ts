import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MissingScopeError, UnavailableError } from '../../../lambdas/core/errors.ts';
import { NOTHING_WATCHED, withDeletion } from '../../../lambdas/core/keys/key-watch.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { ADMIN, type KeysScene, NOW, PROJECT_KEY, startKeysScene, WEBHOOK_SECRET } from './keys-scene.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LISTS = { 'admin_keys.list': 1, 'project_keys.list': 1 };

let scene: KeysScene;
beforeEach(async () => {
  scene = await startKeysScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** What the ticks have told of, under which alarm, since it was last asked. */
function told(): readonly string[] {
  return scene.logged.splice(0).flatMap(({ fields, message }) => {
    return 'signal' in fields ? [`${fields.signal}: ${message}`] : [];
  });
}

/** A key that was made here and put into a secret of its own. */
async function made(name: string, days: number | null): Promise<string> {
  const { id } = await scene.ask({
    command: 'create-project-key',
    project: 'research',
    serviceAccount: 'ci',
    name,
    scopes: null,
    expiresInSeconds: days === null ? null : days * 86_400,
    secret: name,
  });
  return id;
}

const adminKey = () => scene.fake.keysOf(null)[0] ?? expect.fail('no admin key');
const watch = () => readState(scene.ledger, 'keyWatch');

describe('the keys that are watched', () => {
  it('cost one admin call a day for each place where they are, whatever the number of ticks', async () => {
    scene.fake.calls.reset();
    for (let tick = 0; tick < 96; tick++, scene.advance(15 * 60_000)) await scene.tick();
    expect(scene.fake.calls.byEndpoint()).toEqual(LISTS);
    await scene.tick();
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'admin_keys.list': 2, 'project_keys.list': 2 });
    expect(told()).toEqual([]);
  });

  it('are those in use and those that were made here, and nobody else’s', async () => {
    const id = await made('ci', null);
    scene.fake.addProjectKey('proj_RESEARCH');
    scene.fake.addAdminKey();
    await scene.tick();
    const keys = Object.values((await watch()).looks).flatMap((look) => look.keys);
    expect(keys.map((key) => [key.id, key.inUse]).toSorted()).toEqual(
      [
        [id, false],
        [adminKey().id, true],
        [scene.fake.keysOf('proj_RESEARCH')[0]?.id, true],
      ].toSorted(),
    );
    expect(JSON.stringify(await watch())).not.toMatch(/sk-/);
  });

  it('tell whether the key of a source is of its project', async () => {
    await scene.tick();
    expect((await watch()).looks.proj_RESEARCH).toMatchObject({ isHeldListed: true });
    scene.fake.addProject({ id: 'proj_OTHER' });
    scene.stored.set(PROJECT_KEY, scene.fake.addProjectKey('proj_OTHER').value);
    scene.advance(DAY_MS);
    await scene.tick();
    expect((await watch()).looks.proj_RESEARCH).toMatchObject({ isHeldListed: false });
    const api = scene.apiWith({ listProjectKeys: () => Promise.reject(new MissingScopeError('no', { status: 403 })) });
    scene.advance(DAY_MS);
    await scene.tick({ api });
    expect((await watch()).looks.proj_RESEARCH).toMatchObject({ isHeldListed: false, problem: expect.any(String) });
  });

  it('are not forgotten where OpenAI does not show them, which fails nothing and is asked again in an hour', async () => {
    await scene.tick();
    scene.advance(DAY_MS);
    const api = scene.apiWith({ listAdminKeys: () => Promise.reject(new UnavailableError('away', { status: 503 })) });
    await scene.tick({ api });
    expect((await watch()).looks.admin).toMatchObject({
      problem: expect.stringContaining('away'),
      keys: [{ inUse: true }],
    });
    scene.fake.calls.reset();
    scene.advance(59 * 60_000);
    await scene.tick();
    expect(scene.fake.calls.byEndpoint()).toEqual({});
    scene.advance(60_000);
    await scene.tick();
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'admin_keys.list': 1 });
    expect((await watch()).looks.admin).toMatchObject({ problem: null });
  });

  it.each([
    ['may not be listed', new MissingScopeError('Missing scopes: api.management.read', { status: 401 })],
    ['are listed without an end', null],
  ])('which %s hide no others, and do not count as unused while nobody can tell', async (_, refused) => {
    const id = await made('short', 100);
    await scene.tick();
    const circle = async () => ({ items: [], next: 'key_1' });
    const api = scene.apiWith({ listAdminKeys: refused === null ? circle : () => Promise.reject(refused) });
    scene.advance(40 * DAY_MS);
    for (const key of scene.fake.keysOf('proj_RESEARCH')) key.lastUsedAt = NOW + 39 * DAY_MS;
    await scene.tick({ api });
    expect(told()).toEqual([]);
    scene.advance(50 * DAY_MS);
    for (const key of scene.fake.keysOf('proj_RESEARCH')) key.lastUsedAt = NOW + 89 * DAY_MS;
    await scene.tick({ api });
    expect(told()).toEqual([expect.stringMatching(new RegExp(`^key-expiring: .*${id}`))]);
  });

  it('wait for the next tick where the pacer has no slot', async () => {
    const pacer = { start: async () => ({ waitMs: 5_000, reason: 'full' }), throttled: async () => undefined };
    await scene.tick({ pacer });
    expect((await watch()).looks).toEqual({});
    await scene.tick();
    expect(Object.keys((await watch()).looks).toSorted()).toEqual(['admin', 'proj_RESEARCH']);
  });

  it('are found among a thousand, of which a minute lets not all be listed', async () => {
    for (let count = 0; count < 1_000; count++) scene.fake.addProjectKey('proj_RESEARCH');
    const pacer = createPacer(createInMemoryPacerStore(), { ...DEFAULT_PACER_RULES, limit: 6 }, scene.deps.now);
    scene.fake.calls.reset();
    await scene.tick({ pacer });
    expect((await watch()).looks).toMatchObject({
      admin: { problem: null },
      proj_RESEARCH: { keys: [{ inUse: true }] },
    });
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'admin_keys.list': 1, 'project_keys.list': 11 });
    await scene.tick({ pacer });
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'admin_keys.list': 1, 'project_keys.list': 11 });
  });

  it('are told of again after a crash at any write', async () => {
    await made('short', 10);
    const crash = async () => Promise.reject(new Error('cut off'));
    const ledgerAs = () => ({ ...scene.ledger, saveState: crash });
    await expect(scene.tick({ ledgerAs })).rejects.toThrow('cut off');
    expect(told()).toEqual([]);
    await scene.tick();
    expect(told()).toEqual([expect.stringMatching(/^key-expiring: /)]);
  });
});

describe('a key that ends', () => {
  it('is told of from 14 days before, at every tick, until it is deleted', async () => {
    const id = await made('short', 20);
    await scene.tick();
    expect(told()).toEqual([]);
    scene.advance(7 * DAY_MS);
    for (const _ of [1, 2]) {
      await scene.tick();
      const end = new Date(NOW + 20 * DAY_MS).toISOString();
      const name = `The project key of proj_RESEARCH, "short" (${id})`;
      expect(told()).toEqual([`key-expiring: ${name} ends at ${end} (days left: 13).`]);
    }
    await scene.ask({ command: 'delete-project-key', project: 'research', id });
    scene.advance(HOUR_MS);
    await scene.tick();
    expect(told()).toEqual([]);
  });

  it('is told of also where it is the admin key that a person has put in', async () => {
    adminKey().expiresAt = NOW + 3 * DAY_MS;
    await scene.tick();
    expect(told()).toEqual([expect.stringMatching(/^key-expiring: The admin key .*, in use\) ends at .*left: 3\)/)]);
  });
});

describe('on the event bus, a key that ends', () => {
  /** What waits to be published, each once. */
  async function announced() {
    const { items } = await scene.ledger.unpublishedEvents(null);
    await scene.ledger.markPublished(items.map(({ id }) => id));
    return items.flatMap(({ announcement }) => announcement ?? []);
  }

  it('is announced once, whatever the number of ticks, and once more where its end was moved', async () => {
    const id = await made('short', 20);
    await scene.tick();
    scene.advance(7 * DAY_MS);
    await announced();
    for (const _ of [1, 2]) await scene.tick();
    const expiresAt = NOW + 20 * DAY_MS;
    const announcement = { act: 'key-expiring', keyId: id, name: 'short', kind: 'project', projectId: 'proj_RESEARCH' };
    expect(await announced()).toEqual([{ ...announcement, expiresAt }]);
    const [key] = scene.fake.keysOf('proj_RESEARCH').filter((each) => each.id === id);
    if (key === undefined) throw new Error('no key');
    key.expiresAt = expiresAt + DAY_MS;
    for (const _ of [1, 2]) {
      scene.advance(HOUR_MS);
      await scene.tick();
    }
    expect(await announced()).toEqual([{ ...announcement, expiresAt: expiresAt + DAY_MS }]);
    expect((await watch()).announced).toEqual({ [id]: expiresAt + DAY_MS });
  });

  it('is one of several, each announced, and forgotten when it is watched no more', async () => {
    adminKey().expiresAt = NOW + 3 * DAY_MS;
    const id = await made('short', 2);
    await announced();
    await scene.tick();
    expect((await announced()).map((each) => 'keyId' in each && each.keyId)).toEqual([id, adminKey().id]);
    await scene.ask({ command: 'delete-project-key', project: 'research', id });
    for (const days of [0, 7, 7]) {
      scene.advance(days * DAY_MS + HOUR_MS);
      adminKey().expiresAt = scene.deps.now() + DAY_MS;
      await scene.tick();
    }
    expect(Object.keys((await watch()).announced ?? {})).toEqual([adminKey().id]);
  });

  it('is announced by the next tick where one is cut off before it is remembered, and the alarm has not to wait', async () => {
    adminKey().expiresAt = NOW + 3 * DAY_MS;
    const ledgerAs = () => ({
      ...scene.ledger,
      saveState: (async (name, state, event) => {
        if (event !== undefined) throw new Error('cut off');
        return scene.ledger.saveState(name, state);
      }) satisfies typeof scene.ledger.saveState,
    });
    await expect(scene.tick({ ledgerAs })).rejects.toThrow('cut off');
    expect(await announced()).toEqual([]);
    expect(told()).toHaveLength(1);
    await scene.tick();
    expect(await announced()).toHaveLength(1);
  });
});

describe('a key that nobody uses', () => {
  it('is told of after 30 days, and no more when it is used', async () => {
    const id = await made('idle', null);
    await scene.tick();
    scene.advance(29 * DAY_MS);
    for (const key of [adminKey(), ...scene.fake.keysOf('proj_RESEARCH')]) {
      if (key.id !== id) key.lastUsedAt = NOW + 29 * DAY_MS;
    }
    await scene.tick();
    expect(told()).toEqual([]);
    scene.advance(DAY_MS);
    await scene.tick();
    expect(told()).toEqual([
      `key-unused: The project key of proj_RESEARCH, "idle" (${id}) was never used since it was made at ${new Date(NOW).toISOString()}.`,
    ]);
    for (const key of scene.fake.keysOf('proj_RESEARCH')) key.lastUsedAt = NOW + 30 * DAY_MS;
    scene.advance(HOUR_MS);
    await scene.tick();
    expect(told()).toEqual([]);
  });
});

describe('a key that was deleted', () => {
  const logTells = (keyId: string) =>
    changeState(scene.ledger, 'keyWatch', (before) =>
      withDeletion(before, { keyId, at: scene.deps.now(), actor: 'user mallory@example.com' }),
    );

  it('by somebody else is told of for a day, also where the list had lost it before', async () => {
    const id = await made('taken', null);
    await scene.tick();
    scene.fake.revokeKey(scene.fake.keysOf('proj_RESEARCH').find((key) => key.id === id)?.value ?? '');
    scene.advance(DAY_MS);
    await scene.tick();
    expect(told()).toEqual([]);
    await logTells(id);
    await logTells(id);
    await scene.tick();
    expect(told()).toEqual([
      expect.stringMatching(/^key-deleted-elsewhere: .*"taken" .* was deleted by user mallory@example.com at /),
    ]);
    scene.advance(DAY_MS);
    await scene.tick();
    expect(told()).toEqual([]);
  });

  it.each(['a person through this system', 'a sweep'])('by %s is no news', async (how) => {
    const id = await made('ours', null);
    await scene.tick();
    if (how === 'a sweep') {
      const [record] = (await scene.keyLedger.listKeys()).filter(({ keyId }) => keyId === id);
      if (record === undefined) throw new Error('no record');
      await scene.keyLedger.saveKey({ ...record, state: 'retiring', deleteAt: NOW, secretId: null });
      await scene.tick();
    } else {
      await scene.ask({ command: 'delete-project-key', project: 'research', id });
    }
    expect(scene.fake.keysOf('proj_RESEARCH').map((key) => key.id)).not.toContain(id);
    told();
    await logTells(id);
    await scene.tick();
    expect(told()).toEqual([]);
    expect((await watch()).lost).toEqual([]);
  });

  it('after a person has put another one in its place is no news, whether or not that was seen before', async () => {
    await scene.tick();
    for (const isSeen of [true, false]) {
      const before = scene.fake.keysOf('proj_RESEARCH').at(-1) ?? expect.fail('no key');
      const { id } = before;
      scene.stored.set(PROJECT_KEY, scene.fake.addProjectKey('proj_RESEARCH').value);
      scene.advance(DAY_MS);
      if (isSeen) await scene.tick();
      scene.fake.revokeKey(before.value);
      await logTells(id);
      await scene.tick();
      expect(told()).toEqual([]);
    }
  });

  it('while it is in use is told of until another one is in its place', async () => {
    await scene.tick();
    const [key] = scene.fake.keysOf('proj_RESEARCH');
    scene.fake.revokeKey(key?.value ?? '');
    await logTells(key?.id ?? '');
    scene.advance(HOUR_MS);
    await scene.tick();
    expect(told()).toEqual([expect.stringMatching(/^key-deleted-elsewhere: .*, in use\) was deleted by user mallory/)]);
    scene.stored.set(PROJECT_KEY, scene.fake.addProjectKey('proj_RESEARCH').value);
    scene.advance(HOUR_MS);
    await scene.tick();
    expect(told()).toEqual([]);
  });

  it('and is none of ours, is nobody’s business', async () => {
    await scene.tick();
    await logTells('key_OfOthers');
    expect((await watch()).lost).toEqual(NOTHING_WATCHED.lost);
  });
});

describe('a rotation that is overdue', () => {
  const DAYS = 86_400;
  const policy = aPolicy([], {
    rotation: { ...aPolicy().rotation, adminKeySeconds: 60 * DAYS, webhookSecretsSeconds: 4 * 3_600 },
  });

  it('is told of when it is a day late, and no more once the value is another', async () => {
    scene.changed.set(ADMIN, NOW);
    for (const days of [0, 61]) {
      await scene.tick({ policy });
      expect(told()).toEqual([]);
      scene.advance(days * DAY_MS);
    }
    scene.advance(1);
    adminKey().lastUsedAt = scene.deps.now();
    scene.stored.set(PROJECT_KEY, '');
    await scene.tick({ policy });
    const by = new Date(NOW + 60 * DAY_MS).toISOString();
    expect(told()).toEqual([`rotation-overdue: The admin key should have been rotated by ${by}.`]);
    scene.changed.set(ADMIN, scene.deps.now());
    await scene.tick({ policy });
    expect(told()).toEqual([]);
  });

  it('of hours, is as late as it is long', async () => {
    scene.changed.set(WEBHOOK_SECRET, NOW);
    await scene.tick({ policy });
    scene.advance(8 * HOUR_MS);
    await scene.tick({ policy });
    expect(told()).toEqual([]);
    scene.advance(1);
    await scene.tick({ policy });
    expect(told()).toEqual([expect.stringMatching(/^rotation-overdue: The webhook secret of research should /)]);
  });

  it('is none where the policy rotates nothing', async () => {
    scene.changed.set(ADMIN, NOW - 900 * DAY_MS);
    await scene.tick();
    expect(told()).toEqual([]);
  });
});
