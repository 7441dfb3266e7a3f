import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ForbiddenError } from '../../../../lambdas/core/errors.ts';
import { ADMIN_SCOPES } from '../../../../lambdas/core/model/admin-scopes.ts';
import { noteRefused } from '../../../../lambdas/core/pacing/key-standing.ts';
import { openAIFor } from '../../../../lambdas/operator/openai.ts';
import { changeState } from '../../../../lambdas/use-cases/change.ts';
import { apiError, scriptedServer } from '../../../adapters/openai/scripted-server.ts';
import { aPolicy } from '../../../core/policy/builders.ts';
import { secretOf } from '../../../core/webhook/signing.ts';
import type { StoredSecret } from '../../../in-memory/secrets.ts';
import { NOW, operatorDeps } from '../ask.ts';
import { ADMIN, type OpenAIScene, PROJECT_KEY, startOpenAIScene, WEBHOOK_SECRET } from '../openai-scene.ts';
import { examine, statesOf, wellLedger } from './examine.ts';

let scene: OpenAIScene;
beforeEach(async () => {
  scene = await startOpenAIScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const withReconcile = (auditLog: 'auto' | 'off' | 'required') => {
  const { policy = aPolicy() } = scene.deps;
  return { ...scene.deps, policy: { ...policy, reconcile: { ...policy.reconcile, auditLog } } };
};

/** A value that must not be repeated, and what it is called. */
const MISTAKES: readonly [string, StoredSecret | undefined, RegExp][] = [
  ['is not there', undefined, /is not there/],
  ['is empty', '', /is empty/],
  ['holds a webhook secret', 'whsec_CANARY', /holds a webhook secret where/],
  ['holds JSON', '{"key":"sk-CANARY","DB_PASSWORD":"CANARY"}', /is a JSON object: store the bare key as the string/],
  ['holds a quoted key', '"sk-admin-CANARY"', /is in quotes/],
  ['holds a line of a .env file', 'OPENAI_KEY=sk-admin-CANARY', /NAME=…/],
  ['holds a header', 'Bearer sk-admin-CANARY', /is a header/],
];

describe('the secret of the admin key', () => {
  it.each([...MISTAKES, ['holds a project key', 'sk-proj-CANARY', /holds a project key where an admin key/] as const])(
    'that %s is named, never repeated, and costs no admin call',
    async (_, value, message) => {
      if (value === undefined) scene.stored.delete(ADMIN);
      else scene.stored.set(ADMIN, value);
      const findings = await examine(scene.deps, 'admin-key');
      expect(findings[0]).toMatchObject({
        check: 'admin-key',
        state: 'bad',
        message: expect.stringMatching(message),
        mend: expect.stringContaining(`put-secret-value --secret-id ${ADMIN}`),
      });
      expect(findings.slice(1).map(({ state }) => state)).toEqual(Array(5).fill('notice'));
      expect(JSON.stringify(findings)).not.toContain('CANARY');
      expect(scene.fake.calls.count()).toBe(0);
    },
  );

  it('may hold anything else for a gateway, which is only worth a word at OpenAI itself', async () => {
    scene.stored.set(ADMIN, 'sk-legacy');
    expect(statesOf(await examine(scene.deps, 'admin-key'))[0]).toBe('admin-key: good');
    const policy = { ...aPolicy(), openai: { ...aPolicy().openai, baseUrl: 'https://api.openai.com/v1' } };
    expect((await examine({ ...scene.deps, policy }, 'admin-key'))[0]).toMatchObject({
      state: 'notice',
      message: expect.stringContaining('does not begin with sk-admin-'),
    });
  });
});

describe('of which project the key of a source is', () => {
  const told = async (look: object | null) => {
    const ledger = await wellLedger();
    const looks = look === null ? {} : { proj_RESEARCH: { at: NOW, problem: null, keys: [], ...look } };
    await changeState(ledger, 'keyWatch', (watch) => ({ ...watch, looks }));
    return examine({ ...scene.deps, ledger }, 'key-project');
  };

  it.each([
    ['proven', { isHeldListed: true }, 'good', /^The project key of research is one of proj_RESEARCH, as of 2026/],
    ['not looked at yet', null, 'good', /unproven yet: the keys function looks within 15 minutes/],
    ['not shown by OpenAI', {}, 'notice', /unproven: OpenAI shows too little.* shared as those of research\.$/],
    ['not to be asked', { problem: 'Not for you.' }, 'notice', /unproven: Not for you\. The jobs of another/],
    ['another', { isHeldListed: false }, 'notice', /^None of the keys that OpenAI lists of proj_RESEARCH looks like/],
  ] as const)('is said to be %s, and costs no call', async (_, look, state, message) => {
    expect(await told(look)).toMatchObject([
      { check: 'key-project research', state, message: expect.stringMatching(message) },
    ]);
    expect(scene.fake.calls.count()).toBe(0);
  });
});

describe('what the admin key may do', () => {
  it('is not asked any further once OpenAI does not accept it', async () => {
    scene.fake.revokeKey(scene.fake.adminKey);
    const findings = await examine(scene.deps, 'admin-key');
    expect(findings[1]).toMatchObject({
      check: 'admin-key list',
      state: 'bad',
      message: 'Trying to list permissions: OpenAI does not accept the admin key: Incorrect API key provided.',
      mend: expect.stringContaining('Put a working key (sk-admin-…)'),
    });
    expect(findings.slice(2).map(({ message }) => message)).toEqual([
      'Whether the admin key may grant and revoke permissions was not tried, because the call before it has failed.',
      'Whether the admin key may read the audit log was not tried, because the call before it has failed.',
      'Whether the admin key may read which models a project may use was not tried, because the call before it has failed.',
      'Whether the admin key is of the right organisation was not tried, because the call before it has failed.',
    ]);
    expect(scene.fake.calls.count()).toBe(1);
  });

  it('nor once OpenAI does not answer', async () => {
    scene.fake.faults.queue('permissions.list', 'error-before');
    const [, list] = await examine(scene.deps, 'admin-key');
    expect(list).toMatchObject({ state: 'bad', message: expect.stringContaining('did not answer as it should') });
    expect(scene.fake.calls.count()).toBe(1);
  });

  it.each([
    ['admin-key list', 'api.fine_tuning.checkpoints.read'],
    ['admin-key write', 'api.fine_tuning.checkpoints.write'],
  ])('%s is needed, and the missing scope named', async (check, scope) => {
    const { value } = scene.fake.addAdminKey({ scopes: ['api.audit_logs.read', 'api.management.read'] });
    scene.stored.set(ADMIN, value);
    const [finding] = await examine(scene.deps, check);
    expect(finding).toMatchObject({ check, state: 'bad', mend: expect.stringContaining(`the scope ${scope}`) });
    const costs = Object.values(ADMIN_SCOPES).flatMap((each) => (each.scope === scope ? each.without : []));
    expect(finding?.message).toContain(costs[0]);
  });

  it('every scope that is asked for is named in README', async () => {
    const readme = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8');
    for (const { scope } of Object.values(ADMIN_SCOPES)) expect(readme).toContain(scope);
  });

  it('audit-log is needed only where sharing.yaml says required, and not asked about where it says off', async () => {
    scene.fake.quirks.auditLog = 'forbidden';
    const [auto] = await examine(withReconcile('auto'), 'admin-key audit-log');
    expect(auto).toMatchObject({
      state: 'notice',
      message: expect.stringContaining('Drift is found by listing checkpoints instead'),
      mend: expect.stringContaining('Switch the audit log on'),
    });
    const [required] = await examine(withReconcile('required'), 'admin-key audit-log');
    expect(required).toMatchObject({ state: 'bad', mend: expect.stringContaining('Switch the audit log on') });
    const before = scene.fake.calls.count();
    expect(statesOf(await examine(withReconcile('off'), 'admin-key audit-log'))).toEqual(['admin-key audit-log: good']);
    expect(scene.fake.calls.count()).toBe(before);
  });

  it('model-permissions is needed for one command only', async () => {
    const { value } = scene.fake.addAdminKey({ scopes: [] });
    scene.stored.set(ADMIN, value);
    expect(await examine(scene.deps, 'admin-key model-permissions')).toMatchObject([
      {
        state: 'notice',
        message: expect.stringMatching(/Missing scopes: api\.management\.read\. Only "ckpt verify" needs it\.$/),
      },
    ]);
  });

  it('of a base URL that is not that of OpenAI says where to look', async () => {
    await using server = await scriptedServer(apiError(404, 'Invalid URL (GET /v2/fine_tuning)'));
    const { secrets, secretIds } = operatorDeps(scene.deps);
    const elsewhere = openAIFor(`${server.origin}/v2`, secrets, secretIds);
    expect(await examine({ ...scene.deps, ...elsewhere }, 'admin-key list')).toMatchObject([
      { state: 'bad', mend: expect.stringContaining('openai.baseUrl') },
    ]);
  });
});

describe('the project key of a source', () => {
  it.each([...MISTAKES, ['holds an admin key', 'sk-admin-CANARY', /holds an admin key where a project key/] as const])(
    'whose secret %s is named, never repeated, and not sent',
    async (_, value, message) => {
      if (value === undefined) scene.stored.delete(PROJECT_KEY);
      else scene.stored.set(PROJECT_KEY, value);
      const findings = await examine(scene.deps, 'project-key');
      expect(findings).toMatchObject([
        { state: 'bad', message: expect.stringMatching(message), mend: expect.stringContaining(PROJECT_KEY) },
      ]);
      expect(JSON.stringify(findings)).not.toContain('CANARY');
      expect(scene.fake.calls.count()).toBe(0);
    },
  );

  it('has to list jobs, and is asked no more where it may not', async () => {
    scene.stored.set(PROJECT_KEY, scene.fake.addProjectKey('proj_RESEARCH', { scopes: ['api.model.read'] }).value);
    expect(await examine(scene.deps, 'project-key')).toMatchObject([
      { state: 'bad', mend: expect.stringContaining('the scope api.fine_tuning.jobs.read') },
    ]);
  });

  it('should read models, too', async () => {
    const scopes = ['api.fine_tuning.jobs.read'];
    scene.stored.set(PROJECT_KEY, scene.fake.addProjectKey('proj_RESEARCH', { scopes }).value);
    expect(await examine(scene.deps, 'project-key')).toMatchObject([
      { state: 'good' },
      {
        state: 'notice',
        message: expect.stringMatching(/api\.model\.read\. Dates of shutdown are not asked for, then\.$/),
      },
    ]);
  });

  it('that the function was never told of needs a deploy', async () => {
    expect(await examine({ ...scene.deps, sourceApi: () => undefined }, 'project-key')).toMatchObject([
      { state: 'bad', mend: 'Deploy the stack again.' },
    ]);
  });
});

describe('the webhook secret of a source', () => {
  const good = secretOf(Buffer.alloc(32, 1));

  it.each<[string, StoredSecret | undefined, RegExp]>([
    ['is not there', undefined, /is not there/],
    ['is empty', '', /is empty/],
    ['holds an API key', 'sk-proj-CANARY', /holds an API key where/],
    ['holds an older API key', 'sk-CANARY', /holds an API key where/],
    ['holds half of one', 'whsec_CANARY!', /was not copied whole/],
    ['holds JSON', '{"secret":"CANARY"}', /is a JSON object/],
    ['holds one that anybody can guess', 'whsec_changeme', /of 6 bytes/],
    ['held one before', ['CANARY', good], /holds no webhook secret/],
  ])('that %s is bad, and never repeated', async (_, value, message) => {
    if (value === undefined) scene.stored.delete(WEBHOOK_SECRET);
    else scene.stored.set(WEBHOOK_SECRET, value);
    const findings = await examine(scene.deps, 'webhook-secret');
    expect(findings).toMatchObject([
      { state: 'bad', message: expect.stringMatching(message), mend: expect.stringContaining(WEBHOOK_SECRET) },
    ]);
    expect(JSON.stringify(findings)).not.toContain('CANARY');
  });

  it('may hold several, and those of before', async () => {
    scene.stored.set(WEBHOOK_SECRET, [`${good} ${good}`, good]);
    expect(await examine({ ...scene.deps, ledger: await wellLedger() }, 'webhook-secret')).toMatchObject([
      { state: 'good', message: 'The webhook secret of research holds 2 to verify deliveries with, and 1 of before.' },
    ]);
  });

  it('with malformed entries among good ones is worth a word', async () => {
    scene.stored.set(WEBHOOK_SECRET, `${good} whsec_CANARY! CANARY`);
    const findings = await examine({ ...scene.deps, ledger: await wellLedger() }, 'webhook-secret');
    expect(findings).toMatchObject([
      { state: 'good' },
      { state: 'notice', message: expect.stringContaining('2 entries that are no whsec_…') },
    ]);
    expect(JSON.stringify(findings)).not.toContain('CANARY');
  });
});

describe('a webhook secret with other text about it', () => {
  it.each([
    ['secret: ', '', /As a whole it is a line of the form NAME=…/],
    ['{ secret: ', ' }', /As a whole it is a JSON object/],
    ['', ' CANARY', /nothing is accepted under it\.$/],
  ])('(%j before, %j behind) is named', async (before, behind, message) => {
    scene.stored.set(WEBHOOK_SECRET, before + secretOf(Buffer.alloc(32, 1)) + behind);
    const findings = await examine({ ...scene.deps, ledger: await wellLedger() }, 'webhook-secret');
    expect(findings).toMatchObject([{ state: 'good' }, { state: 'notice', message: expect.stringMatching(message) }]);
    expect(JSON.stringify(findings)).not.toContain('CANARY');
  });
});

describe('whose key it is', () => {
  const organisationOf = async () => {
    const findings = await examine(scene.deps, 'admin-key');
    return findings.find(({ check }) => check === 'admin-key organisation');
  };

  it('is told by one call where the organisation has a project of ours', async () => {
    expect(await organisationOf()).toMatchObject({ state: 'good', message: expect.stringContaining('proj_RESEARCH') });
    expect(scene.fake.calls.count({ endpoint: 'projects.get' })).toBe(1);
  });

  it('is said where it has none of them', async () => {
    for (const { id } of scene.deps.policy?.projects ?? aPolicy().projects) scene.fake.deleteProject(id);
    expect(await organisationOf()).toMatchObject({
      state: 'bad',
      message: expect.stringMatching(/^The admin key is of another organisation: .*proj_RESEARCH/),
      mend: expect.stringContaining(ADMIN),
    });
  });

  it('names openai.baseUrl, too: a gateway may answer as OpenAI does of what is not there', async () => {
    for (const { id } of scene.deps.policy?.projects ?? aPolicy().projects) scene.fake.deleteProject(id);
    expect((await organisationOf())?.mend).toContain('openai.baseUrl');
  });

  it('is asked, where the key may look at none of them', async () => {
    const hasProject = () => Promise.reject(new ForbiddenError('You may not look at this project', { status: 403 }));
    const { admin } = operatorDeps(scene.deps);
    const findings = await examine({ ...scene.deps, admin: { ...admin, hasProject } }, 'admin-key');
    expect(findings.find(({ check }) => check === 'admin-key organisation')).toMatchObject({
      state: 'notice',
      message: expect.stringContaining('proj_RESEARCH'),
      mend: 'Is the key of this organisation, and is openai.baseUrl right?',
    });
  });

  it('is bad to be unable to tell once OpenAI has refused several checkpoints in a row', async () => {
    scene.stored.set(ADMIN, scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] }).value);
    const ledger = await wellLedger();
    await changeState(ledger, 'rests', (rests) => noteRefused(rests, ['ft:A', 'ft:B'], 'mark', 0));
    const findings = await examine({ ...scene.deps, ledger }, 'admin-key');
    expect(findings.find(({ check }) => check === 'admin-key organisation')).toMatchObject({
      state: 'bad',
      mend: expect.stringMatching(/^Is the key of this organisation, and is openai.baseUrl right\?/),
    });
  });

  it('need not be known: a key that may not ask is worth a word', async () => {
    scene.stored.set(ADMIN, scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] }).value);
    expect(await organisationOf()).toMatchObject({
      state: 'notice',
      message: expect.stringContaining(ADMIN_SCOPES.project.without),
    });
  });
});
