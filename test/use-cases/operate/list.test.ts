import { describe, expect, it } from 'vitest';
import { PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import type { Asked } from '../../../lambdas/shared/contract/operator.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { aPermission, aRecord, ask, aWant, inPagesOf, ledgerWith, MODEL, NOW, operatorDeps } from './ask.ts';

const everything = { command: 'list', filter: {}, cursor: null } as const;

describe('list', () => {
  it('says of a permission exactly what the contract names', async () => {
    const ledger = await ledgerWith(
      aRecord([
        aPermission('proj_EU', 'active', {
          permissionId: 'cp_1',
          want: aWant('proj_EU', { expiresAt: NOW + 1 }),
          sharedAt: NOW - 2000,
          verifiedAt: NOW - 1000,
        }),
      ]),
    );
    expect(await ask(operatorDeps({ ledger }), everything)).toEqual({
      permissions: [
        {
          checkpoint: MODEL,
          projectId: 'proj_EU',
          project: 'prod-eu',
          permissionId: 'cp_1',
          state: 'active',
          reason: null,
          jobId: 'ftjob-1',
          source: 'research',
          rule: 'support',
          origin: 'policy',
          sharedAt: '2026-11-20T11:59:58.000Z',
          verifiedAt: '2026-11-20T11:59:59.000Z',
          expiresAt: '2026-11-20T12:00:00.001Z',
        },
      ],
      cursor: null,
    });
  });

  it('says null where nothing is known', async () => {
    const record = aRecord([aPermission('proj_ELSEWHERE', 'foreign')], { source: null, jobId: null });
    const { permissions } = await ask(operatorDeps({ ledger: await ledgerWith(record) }), everything);
    expect(permissions).toEqual([
      {
        checkpoint: MODEL,
        projectId: 'proj_ELSEWHERE',
        state: 'foreign',
        ...Object.fromEntries(
          ['project', 'permissionId', 'reason', 'jobId', 'source', 'rule', 'origin'].map((name) => [name, null]),
        ),
        sharedAt: null,
        verifiedAt: null,
        expiresAt: null,
      },
    ]);
  });

  it('leaves no state out', async () => {
    const ledger = await ledgerWith(aRecord(PERMISSION_STATES.map((state) => aPermission(`proj_${state}`, state))));
    const { permissions } = await ask(operatorDeps({ ledger }), everything);
    expect(permissions.map(({ state }) => state).sort()).toEqual([...PERMISSION_STATES].sort());
  });

  it('lists every permission that OpenAI made for one project, for each is in force', async () => {
    const twice = aPermission('proj_EU', 'active', { permissionId: 'cp_1', duplicateIds: ['cp_2'], sharedAt: NOW });
    const ledger = await ledgerWith(aRecord([twice]));
    const { permissions } = await ask(operatorDeps({ ledger }), everything);
    expect(permissions).toMatchObject([
      { permissionId: 'cp_1', projectId: 'proj_EU', state: 'active', reason: null },
      { permissionId: 'cp_2', projectId: 'proj_EU', state: 'active', reason: expect.stringContaining('cp_1') },
    ]);
  });

  it('sorts by checkpoint and project, page after page', async () => {
    const names = ['ft:c', 'ft:a', 'ft:b', 'ft:d', 'ft:e'];
    const pair = [aPermission('proj_US', 'active'), aPermission('proj_EU', 'active')];
    const ledger = await ledgerWith(...names.map((checkpoint) => aRecord(pair, { checkpoint })));
    const deps = operatorDeps({ ledger: inPagesOf(2, ledger) });
    const listed: string[] = [];
    const pageSizes: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ask<typeof everything>>> = await ask(deps, { ...everything, cursor });
      pageSizes.push(page.permissions.length);
      listed.push(...page.permissions.map(({ checkpoint, projectId }) => `${checkpoint} ${projectId}`));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(pageSizes).toEqual([4, 4, 2]);
    expect(listed).toEqual(['a', 'b', 'c', 'd', 'e'].flatMap((n) => [`ft:${n} proj_EU`, `ft:${n} proj_US`]));
  });

  it('looks at one page of the ledger only, for an answer has at most 6 MB', async () => {
    const ledger = inPagesOf(
      1,
      await ledgerWith(aRecord([], { checkpoint: 'ft:a' }), aRecord([], { checkpoint: 'ft:b' })),
    );
    expect(await ask(operatorDeps({ ledger }), everything)).toEqual({ permissions: [], cursor: 'ft:a' });
  });
});

describe('a filter of list', () => {
  const records = [
    aRecord(
      [
        aPermission('proj_EU', 'active', { want: aWant('proj_EU', { rule: 'one' }) }),
        aPermission('proj_US', 'rejected', { want: aWant('proj_US', { rule: 'two' }) }),
      ],
      { checkpoint: 'ft:a:org:x:1', jobId: 'ftjob-a', source: 'research' },
    ),
    aRecord([aPermission('proj_EU', 'pending')], { checkpoint: 'ft:b:org:x:2', jobId: 'ftjob-b', source: 'lab' }),
  ];

  it.each<[Asked<'list'>['filter'], string[]]>([
    [{ project: ['prod-us'] }, ['a US']],
    [{ project: ['proj_EU'] }, ['a EU', 'b EU']],
    [{ project: ['proj_UNHEARD'] }, []],
    [{ source: ['lab'] }, ['b EU']],
    [{ state: ['pending', 'rejected'] }, ['a US', 'b EU']],
    [{ rule: ['one'] }, ['a EU']],
    [{ job: ['ftjob-a'] }, ['a EU', 'a US']],
    [{ checkpoint: ['ft:b:*'] }, ['b EU']],
    [{ checkpoint: ['ft:?:org:*:1', 'ft:none'] }, ['a EU', 'a US']],
    [{ checkpoint: ['ft:a*'], project: ['prod-eu'], state: [] }, ['a EU']],
    [{ rule: ['one'], state: ['pending'] }, []],
    [{}, ['a EU', 'a US', 'b EU']],
  ])('%j', async (filter, expected) => {
    const deps = operatorDeps({ ledger: await ledgerWith(...records) });
    const { permissions } = await ask(deps, { command: 'list', filter, cursor: null });
    expect(permissions.map(({ checkpoint, projectId }) => `${checkpoint[3]} ${projectId.slice(5)}`)).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ['a mistyped alias', { project: ['prod-eü'] }, 'There is no project "prod-eü". Did you mean "prod-eu"?'],
    [
      'an unknown alias',
      { project: ['x'] },
      'There is no project "x". Name one of: research, prod-eu, prod-us, a project id (proj_…).',
    ],
    ['a mistyped state', { state: ['activ'] }, 'There is no state "activ". Did you mean "active"?'],
    ['a filter of another version', { shade: ['red'] }, 'The operator function does not understand the field "shade".'],
    ['a filter that is no list', { state: 'active' }, 'the field "state", which is no list of texts.'],
    ['a list as the filter', [], 'The filter is not a JSON object.'],
  ])('that is %s is an error, not an empty list', async (_, filter, message) => {
    const answer = await createOperator(operatorDeps())({ command: 'list', filter }, 'request-1');
    if (answer.ok) throw new Error('this was to be refused');
    expect(answer.error.name).toBe('BadRequestError');
    expect(`${answer.error.message} ${answer.error.next}`).toContain(message);
  });
});

describe('list with the overview', () => {
  const overviewed = { ...everything, overview: true } as const;
  const OTHER = 'ft:gpt-4o-mini-2024-07-18:org:support:Other';
  const hold = { kind: 'withheld', at: NOW, by: 'ann' } as const;
  const waiting = aRecord([aPermission('proj_EU', 'pending', { want: aWant('proj_EU'), notBefore: NOW - 1000 })], {
    holds: { proj_US: hold },
  });
  const settled = aRecord([aPermission('proj_US', 'active', { permissionId: 'cp_2' })], { checkpoint: OTHER });

  it('names every project, who is held, and what waits for which call', async () => {
    const deps = operatorDeps({ ledger: await ledgerWith(waiting, settled) });
    const { permissions, overview } = await ask(deps, overviewed);
    expect(permissions).toHaveLength(2);
    expect(overview).toEqual({
      projects: [
        { projectId: 'proj_RESEARCH', project: 'research' },
        { projectId: 'proj_EU', project: 'prod-eu' },
        { projectId: 'proj_US', project: 'prod-us' },
      ],
      holds: [{ checkpoint: MODEL, projectId: 'proj_US', project: 'prod-us', kind: 'withheld' }],
      due: [{ checkpoint: MODEL, lane: 'create', priority: 'fresh', at: '2026-11-20T11:59:59.000Z' }],
    });
  });

  it('says nothing of checkpoints of which no permission fits', async () => {
    const deps = operatorDeps({ ledger: await ledgerWith(waiting, settled) });
    const { overview } = await ask(deps, { ...overviewed, filter: { state: ['active'] } });
    expect(overview).toMatchObject({ holds: [], due: [] });
  });

  it('is not there unless it is asked for', async () => {
    expect(await ask(operatorDeps(), everything)).toEqual({ permissions: [], cursor: null });
  });
});
