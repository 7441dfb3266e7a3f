import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectSort, SORT_KEYS, type SortKey, sortPermissions } from '../../bin/ckpt/permissions/list.ts';
import { LIST_COLUMNS, valueIn } from '../../bin/ckpt/permissions/list-table.ts';
import { aListed } from './listed.ts';

const keys = (...words: readonly string[]) =>
  words.reduce<readonly SortKey[]>((before, word) => collectSort(word, before), []);

describe('collectSort', () => {
  it('reads columns, each one way round or the other', () => {
    expect(keys('state', 'shared:desc')).toEqual([
      { column: 'state', descending: false },
      { column: 'shared', descending: true },
    ]);
    expect(keys(...SORT_KEYS)).toHaveLength(24);
  });

  it.each([
    ['stat', 'There is no column "stat". Did you mean "state"?'],
    ['STATE:desc', 'There is no column "STATE". Did you mean "state"?'],
    ['size', `There is no column "size". The columns are ${LIST_COLUMNS.join(', ')}.`],
    ['', `There is no column "". The columns are ${LIST_COLUMNS.join(', ')}.`],
    ['shared:down', 'Write "shared", or "shared:desc" for the other way round.'],
    ['shared:', 'Write "shared", or "shared:desc" for the other way round.'],
    ['shared:desc:desc', 'Write "shared", or "shared:desc" for the other way round.'],
  ])('refuses "%s"', (word, message) => {
    expect(() => keys(word)).toThrow(new InvalidArgumentError(message));
  });
});

describe('sortPermissions', () => {
  const rows = [
    aListed({ permissionId: 'cp_1', state: 'revoked', sharedAt: '2026-11-20T12:00:00.000Z' }),
    aListed({ permissionId: 'cp_2', state: 'active', sharedAt: '2026-11-19T12:00:00.000Z' }),
    aListed({ permissionId: 'cp_3', state: 'active', sharedAt: null }),
    aListed({ permissionId: 'cp_4', state: 'active', sharedAt: '2026-11-20T12:00:00.000Z' }),
    aListed({ permissionId: 'cp_5', state: 'revoked', sharedAt: '2026-11-20T12:00:00.000Z' }),
  ];
  const sorted = (...words: readonly string[]) =>
    sortPermissions(rows, keys(...words))
      .map(({ permissionId }) => permissionId?.slice(3))
      .join('');

  it.each([
    [[], '12345'],
    [['state'], '23415'],
    [['state:desc'], '15234'],
    [['shared'], '21453'],
    [['shared:desc'], '14523'],
    [['state', 'shared'], '24315'],
    [['state', 'shared:desc'], '42315'],
    [['state:desc', 'permission:desc'], '51432'],
  ])('by %j: ties stay as they were, and what is not known comes last', (words, order) => {
    expect(sorted(...words)).toBe(order);
  });

  it('takes a project by the name that is shown', () => {
    const named = [aListed({ projectId: 'proj_A', project: 'zeta' }), aListed({ projectId: 'proj_Z', project: null })];
    expect(sortPermissions(named, keys('project')).map(({ projectId }) => projectId)).toEqual(['proj_Z', 'proj_A']);
  });

  it('leaves what it was given as it was', () => {
    const before = [...rows];
    sortPermissions(rows, keys('state:desc'));
    expect(rows).toEqual(before);
  });

  it('sorts 10,000 permissions by every column within a second', () => {
    const many = Array.from({ length: 10_000 }, (_, i) =>
      aListed({ permissionId: `cp_${(i * 7919) % 10_000}`, state: i % 2 === 0 ? 'active' : 'revoked' }),
    );
    const begun = performance.now();
    const result = sortPermissions(many, keys(...LIST_COLUMNS.map((column) => `${column}:desc`)));
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(result).toHaveLength(10_000);
  });

  it('for any rows and keys: nothing is lost, neighbours are in order, unknown is last, and sorting again changes nothing', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    const row = fc
      .record({ rule: fc.option(word), reason: fc.option(word), checkpoint: word })
      .map((parts) => aListed(parts));
    const key = fc.constantFrom('rule', 'rule:desc', 'reason', 'reason:desc', 'checkpoint', 'checkpoint:desc');
    fc.assert(
      fc.property(fc.array(row), fc.array(key, { minLength: 1, maxLength: 3 }), (given, words) => {
        const result = sortPermissions(given, keys(...words));
        expect(new Set(result)).toEqual(new Set(given));
        expect(sortPermissions(result, keys(...words))).toEqual(result);
        const [first] = keys(...words);
        const values = result.map((each) => (first === undefined ? null : valueIn(first.column, each)));
        const known = values.filter((value) => value !== null);
        expect(values.slice(0, known.length)).toEqual(known);
        expect(known).toEqual(first?.descending ? known.toSorted().reverse() : known.toSorted());
      }),
    );
  });
});
