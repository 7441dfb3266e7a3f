import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../by-hand/scene.ts';
import { openSetup, PROJECT, type Setup } from './scene.ts';

let scene: Setup;
beforeEach(async () => {
  scene = await openSetup();
});
afterEach(() => scene[Symbol.asyncDispose]());

const YES = { says: 'yes' } as const;
const said = () => scene.said.join('');

describe('ckpt setup', () => {
  it('takes empty secrets to an installation with nothing wrong, and asks for the admin key and one word', async () => {
    const { exitCode, bad } = await scene.run({ key: `${scene.adminKey}\n`, ...YES });
    expect({ exitCode, bad }).toEqual({ exitCode: 0, bad: [] });
    expect(scene.asked).toEqual(['Admin key (not shown): ', 'Make it? Only "yes" will do: ']);
    expect(scene.stored('admin')).toBe(scene.adminKey);
    const [key, ...more] = scene.made();
    expect(more).toEqual([]);
    expect(scene.stored('research-key')).toBe(key?.value);
    expect(scene.fake.serviceAccounts(PROJECT)).toMatchObject([
      { name: 'Checkpoint Sharing CheckpointSharing', role: 'member' },
    ]);
    expect(scene.endpoints()[0]?.secrets[0]?.value).toBe(scene.stored('research-webhook'));
    expect(scene.reconciles).toHaveLength(1);
  });

  it('again asks nothing and changes nothing', async () => {
    await scene.run({ key: scene.adminKey, ...YES });
    const before = await scene.everything();
    scene.asked.length = 0;
    expect((await scene.run({}))?.exitCode).toBe(0);
    expect((await scene.run(null, { adminKeyStdin: true, input: scene.adminKey }))?.exitCode).toBe(0);
    expect({ asked: scene.asked, ...(await scene.everything()) }).toEqual({ asked: [], ...before });
  });

  it('does all of it without a word where nobody is there, with the key on standard input', async () => {
    const { exitCode, text } = await scene.run(null, { adminKeyStdin: true, input: `${scene.adminKey}\n` });
    expect({ exitCode, asked: scene.asked }).toEqual({ exitCode: 0, asked: [] });
    expect(`${said()}${text}`).not.toContain(scene.adminKey);
    for (const { value } of scene.made()) expect(`${said()}${text}`).not.toContain(value);
  });

  it('asks for another key where the one that was typed is none, or is not accepted', async () => {
    const keys = ['sk-proj-abc', 'sk-admin-wrong-wrong-wrong-wrong', scene.adminKey];
    const ask = async (question: string) => (question.startsWith('Admin') ? (keys.shift() ?? '') : 'yes');
    const { exitCode } = await scene.run({}, {}, (session) => ({ ...session, terminal: { ...session.terminal, ask } }));
    expect({ exitCode, keys }).toEqual({ exitCode: 0, keys: [] });
    expect(said()).toContain("is a project's key, and not an admin key");
    expect(said()).toContain('OpenAI does not accept the admin key');
    expect(said()).not.toContain('wrong-wrong');
  });

  it('ends with what is wrong where OpenAI does not accept the key that was given, or none is typed', async () => {
    const wrong = { adminKeyStdin: true, input: 'sk-admin-wrong-wrong-wrong-wrong' } as const;
    expect(await failure(scene.run(null, wrong))).toMatchObject({ name: 'AdminKeyRefusedError' });
    expect(scene.made()).toEqual([]);
    scene.said.length = 0;
    expect(await failure(scene.run({ key: '' }))).toMatchObject({ name: 'NoKeyError' });
    expect(await failure(scene.run({ key: 'sk-admin-wrong-wrong-wrong-wrang' }))).toMatchObject({
      name: 'AdminKeyRefusedError',
    });
    expect((await scene.run(null, { adminKeyStdin: true, input: scene.adminKey })).exitCode).toBe(0);
  });

  it.each([
    ['', 'is empty'],
    [`"sk-admin-${'a1'.repeat(20)}"`, 'is in quotes'],
    [`sk-proj-${'a1'.repeat(20)}`, "is a project's key"],
    ['whsec_abcdefgh', 'holds a webhook secret'],
  ])('refuses what is no admin key before anything is asked: %s', async (input, message) => {
    const error = await failure(scene.run(null, { adminKeyStdin: true, input }));
    expect(error).toMatchObject({ name: 'NoAdminKeyError', message: expect.stringContaining(message) });
    expect(scene.fake.calls.count()).toBe(0);
    if (input !== '') expect(JSON.stringify(error)).not.toContain(input.slice(1, -1));
  });

  it('refuses in words where nobody is there to be asked, and where a key would be seen', async () => {
    expect(await failure(scene.run(null))).toMatchObject({
      name: 'NoTerminalError',
      next: expect.stringContaining('--admin-key-stdin'),
    });
    const onTerminal = scene.run({}, { adminKeyStdin: true, input: scene.adminKey });
    expect(await failure(onTerminal)).toMatchObject({ name: 'TerminalError' });
    expect(scene.aws.calls).toEqual([]);
  });

  it('says which right it takes to put the key in, where AWS does not let whoever sets up', async () => {
    scene.denyPut();
    expect(await failure(scene.run(null, { adminKeyStdin: true, input: scene.adminKey }))).toMatchObject({
      name: 'AccessDeniedError',
      message: expect.stringMatching(/secretsmanager:PutSecretValue on arn:.*admin/),
    });
    await scene.store.put('admin', scene.adminKey);
    expect((await scene.run(null)).exitCode).toBe(0);
  });

  it('leaves an admin key that works as it is, unless somebody agrees to another one', async () => {
    await scene.store.put('admin', scene.adminKey);
    const other = scene.fake.addAdminKey().value;
    const given = { adminKeyStdin: true, input: other } as const;
    expect(await failure(scene.run(null, given))).toMatchObject({
      name: 'NoTerminalError',
      message: expect.stringContaining('holds another key (sk-admin...'),
    });
    expect(scene.stored('admin')).toBe(scene.adminKey);
    expect((await scene.run(null, { ...given, yes: true })).exitCode).toBe(0);
    expect(scene.stored('admin')).toBe(other);
  });

  it('keeps the one in use where OpenAI does not accept the other', async () => {
    await scene.store.put('admin', scene.adminKey);
    const wrong = { adminKeyStdin: true, input: 'sk-admin-wrong-wrong-wrong-wrong', yes: true } as const;
    expect(await failure(scene.run(null, wrong))).toMatchObject({
      name: 'AdminKeyRefusedError',
      message: expect.stringMatching(/does not accept .* in use is left as it is\.$/),
    });
    expect(scene.stored('admin')).toBe(scene.adminKey);
  });

  it('makes one key for sources that share a secret', async () => {
    await scene.run(null, { adminKeyStdin: true, input: scene.adminKey }, (session) => {
      const ask: typeof session.operator.ask = async (request) => {
        const answer = await session.operator.ask(request);
        return 'sources' in answer && request.command === 'check-keys'
          ? { ...answer, sources: [...answer.sources, ...answer.sources] }
          : answer;
      };
      return { ...session, operator: { ...session.operator, ask } };
    });
    expect(scene.made()).toHaveLength(1);
  });

  it('replaces one that does not work any more without asking whether', async () => {
    await scene.store.put('admin', 'sk-admin-revoked-revoked-revoked');
    await scene.run(null, { adminKeyStdin: true, input: scene.adminKey });
    expect(scene.stored('admin')).toBe(scene.adminKey);
  });

  it('names scopes that the admin key lacks and what that costs, and ends with 1 where nothing can be shared', async () => {
    const scopes = ['api.management.read', 'api.management.write', 'api.fine_tuning.checkpoints.read'];
    const { value } = scene.fake.addAdminKey({ scopes });
    const { exitCode } = await scene.run(null, { adminKeyStdin: true, input: value });
    expect(said()).toContain('api.fine_tuning.checkpoints.write');
    expect(said()).toContain('Nothing is granted and nothing is revoked.');
    expect({ exitCode, reconciles: scene.reconciles }).toEqual({ exitCode: 1, reconciles: [] });
    expect(scene.endpoints()).toHaveLength(1);
  });

  it('tells which scope it takes to make a project key, and goes on from a key that somebody else has put in', async () => {
    const scopes = ['api.fine_tuning.checkpoints.read', 'api.fine_tuning.checkpoints.write'];
    const { value } = scene.fake.addAdminKey({ scopes });
    const { exitCode } = await scene.run(null, { adminKeyStdin: true, input: value });
    expect(said()).toMatch(/Missing scopes: api\.management/);
    expect(exitCode).toBe(1);
    await scene.store.put('research-key', scene.keys.projectKey);
    expect((await scene.run(null)).bad).toEqual([]);
    expect(scene.made()).toEqual([]);
  });

  it('makes no project key where somebody does not want one, and says what to do instead', async () => {
    const asked = scene.run({ key: scene.adminKey, says: 'no' });
    expect(await failure(asked)).toMatchObject({
      name: 'NotAgreedError',
      next: expect.stringMatching(/key of your own into arn:/),
    });
    expect(scene.made()).toEqual([]);
  });

  it('goes on where a setup that was broken off has had the project key made meanwhile', async () => {
    await scene.store.put('admin', scene.adminKey);
    const { exitCode } = await scene.run(null, {}, (session) => {
      let isFirst = true;
      const ask: typeof session.operator.ask = async (request) => {
        if (request.command === 'create-project-key' && isFirst) {
          isFirst = false;
          await session.operator.ask(request);
        }
        return session.operator.ask(request);
      };
      return { ...session, operator: { ...session.operator, ask } };
    });
    expect({ exitCode, made: scene.made().length }).toEqual({ exitCode: 0, made: 1 });
  });

  it('waits for a key that OpenAI does not know everywhere yet', async () => {
    scene.fake.quirks.newKeyLagMs = 5_000;
    expect((await scene.run(null, { adminKeyStdin: true, input: scene.adminKey })).bad).toEqual([]);
  });

  it('ends with 1, and with what doctor says, where a source cannot be connected', async () => {
    scene.fake.faults.queue('webhook_endpoints.create', 'error-before');
    const { exitCode, bad } = await scene.run(null, { adminKeyStdin: true, input: scene.adminKey });
    expect(exitCode).toBe(1);
    expect(bad.join()).toContain('has no webhook endpoint');
    expect((await scene.run(null)).exitCode).toBe(0);
  });
});
