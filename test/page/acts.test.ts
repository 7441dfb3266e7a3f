import { describe, expect, it } from 'vitest';
import type { PauseStatus, WantedBy } from '../../lambdas/shared/contract/operator.ts';
import {
  actsFor,
  headingOf,
  labelOf,
  NO_TERMS,
  pausesFor,
  tellAdopt,
  tellHeld,
  tellPause,
  tellRepair,
  tellRevoke,
  tellShare,
  wordsOf,
} from '../../page/model/acts.ts';
import { CELL_STATES, type Cell, type CellState } from '../../page/model/cell.ts';
import { FINAL } from './rows.ts';

const EU = { projectId: 'proj_EU', project: 'prod-eu' };
const US = { projectId: 'proj_US', project: null };

function cells(states: Readonly<Record<string, CellState>>): ReadonlyMap<string, Cell> {
  return new Map(
    Object.entries(states).map(([projectId, state]) => [
      projectId,
      { projectId, project: null, state, permission: null, duplicates: [] },
    ]),
  );
}

const kindsFor = (state: CellState | null) =>
  actsFor(FINAL, [EU], cells(state === null ? {} : { proj_EU: state })).map(({ kind }) => kind);

describe('what can be done', () => {
  it.each([
    [null, ['share', 'adopt']],
    ['active', ['revoke', 'ignore']],
    ['pending', ['share', 'revoke', 'ignore']],
    ['drifted', ['share', 'revoke', 'ignore', 'repair']],
    ['foreign', ['share', 'revoke', 'ignore', 'adopt']],
    ['ignored', ['revoke', 'unignore']],
    ['withheld', ['share']],
    ['revoked', ['share', 'adopt']],
    ['forgotten', ['share', 'adopt']],
  ] as const)('about what is %s is %j', (state, kinds) => {
    expect(kindsFor(state)).toEqual(kinds);
  });

  it.each(CELL_STATES)('is something, whatever the state: %s', (state) => {
    expect(kindsFor(state)).not.toEqual([]);
  });

  it('is for those of the projects for which there is any sense in it', () => {
    const acts = actsFor(FINAL, [EU, US], cells({ proj_EU: 'active' }));
    expect(acts.map((act) => wordsOf(act, NO_TERMS))).toEqual([
      ['share', FINAL, '--to', 'proj_US'],
      ['revoke', FINAL, '--from', 'prod-eu', '--yes'],
      ['ignore', FINAL, '--project', 'prod-eu'],
      ['adopt', FINAL, '--project', 'proj_US'],
    ]);
  });

  it('has a heading that says of what and whose it is', () => {
    const [share, revoke] = actsFor(FINAL, [EU, US], cells({ proj_EU: 'pending', proj_US: 'pending' }));
    expect(share && headingOf(share)).toBe('Share support final with prod-eu, proj_US');
    expect(revoke && headingOf(revoke)).toBe('Revoke support final from prod-eu, proj_US');
    expect(revoke && labelOf(revoke)).toBe('Revoke');
  });
});

describe('the command for it', () => {
  const act = (kind: 'share' | 'revoke' | 'unignore' | 'repair') =>
    ({ kind, checkpoint: FINAL, projects: [EU, US] }) as const;

  it('has what was added to it', () => {
    expect(wordsOf(act('share'), { ...NO_TERMS, days: 30 })).toEqual([
      ...['share', FINAL, '--to', 'prod-eu', 'proj_US', '--expires-in', '30d'],
    ]);
    expect(wordsOf(act('revoke'), { ...NO_TERMS, withhold: true })).toContain('--withhold');
    const pause = { kind: 'pause', rest: { rule: 'support models' } } as const;
    expect(wordsOf(pause, { ...NO_TERMS, why: 'an audit' })).toEqual([
      ...['pause', '--rule', 'support models', '--reason', 'an audit'],
    ]);
  });

  it('names each project as the command line takes it', () => {
    expect(wordsOf(act('unignore'), NO_TERMS)).toEqual(['ignore', '--undo', FINAL, '--project', 'prod-eu', 'proj_US']);
    expect(wordsOf(act('repair'), NO_TERMS)).toEqual([
      ...['repair', FINAL, '--project', 'prod-eu', '--project', 'proj_US'],
    ]);
  });
});

describe('a pause', () => {
  const word = { at: '2026-11-20T12:00:00.000Z', by: null, why: null };
  const paused: PauseStatus = { all: null, rules: [{ rule: 'a', ...word }], sources: [] };

  it('is offered for what goes on, and its end for what rests', () => {
    const acts = pausesFor([{ rule: 'a' }, { rule: 'b' }, { source: 'research' }, {}], paused);
    expect(acts.map(labelOf)).toEqual([
      'Resume rule “a”',
      'Pause rule “b”',
      'Pause source research',
      'Pause everything',
    ]);
    expect(pausesFor([{}], { ...paused, all: word }).map(labelOf)).toEqual(['Resume everything']);
    expect(pausesFor([{}], undefined).map(labelOf)).toEqual(['Pause everything']);
  });

  it('says what rests, and what goes on resting', () => {
    expect(tellPause('pause', { rule: 'a' }, paused).lines).toEqual([
      'Nothing of rule “a” is shared or revoked until it is resumed; jobs go on being recorded.',
    ]);
    expect(tellPause('resume', { rule: 'a' }, { ...paused, all: word }).warnings).toHaveLength(1);
    expect(tellPause('resume', { rule: 'a' }, paused).warnings).toEqual([]);
  });
});

describe('what an act would do is told', () => {
  const wanted: WantedBy = { ...EU, rule: 'a', origin: 'policy', onDrift: 'repair', expiresAt: null };
  const byHand: WantedBy = { ...EU, rule: null, origin: 'operator', onDrift: 'repair', expiresAt: null };

  it('of sharing, with whose wish it is', () => {
    const until = { ...byHand, expiresAt: '2026-12-01T00:00:00.000Z' };
    const told = (wantedBy: WantedBy) => tellShare({ checkpoint: FINAL, projects: [{ ...EU, wantedBy }] }).lines;
    expect(told(until)).toEqual(['prod-eu: wanted by you, until 2026-12-01']);
    expect(told(wanted)).toEqual(['prod-eu: wanted by rule “a”; asked for at once']);
  });

  it('of revoking, with who shares it again', () => {
    const revoked = { ...EU, permissionIds: ['cp_1'], what: 'revoke', wantedAgainBy: wanted } as const;
    const told = tellRevoke({ checkpoint: FINAL, done: false, permissions: [revoked] });
    expect(told.lines).toEqual(['prod-eu: taken away at OpenAI (cp_1)']);
    expect(told.warnings[0]).toMatch(/^prod-eu: rule “a” wants it, so the next reconcile shares it again\./);
    const nothing = { ...EU, permissionIds: [], what: 'nothing-to-do', wantedAgainBy: null } as const;
    expect(tellRevoke({ checkpoint: FINAL, done: false, permissions: [nothing] }).isAny).toBe(false);
  });

  it('of adopting, with what is not there, and what is left', () => {
    const told = tellAdopt({
      checkpoint: FINAL,
      adopted: [{ ...EU, permissionId: 'cp_1', already: true, wantedBy: { ...byHand, origin: 'adopted' } }],
      missing: ['proj_US'],
      others: [{ projectId: 'proj_AP', permissionId: 'cp_9' }],
    });
    expect(told).toMatchObject({ isAny: false, lines: [expect.stringContaining('tracked already')] });
    expect(told.warnings).toEqual([
      'proj_US is not at OpenAI: nothing is recorded of it.',
      'cp_9 (proj_AP) is at OpenAI, and left as it is.',
    ]);
  });

  it('of ignoring and of repairing', () => {
    const held = { checkpoint: FINAL, kind: 'ignored', projects: [{ ...EU, permissionIds: ['cp_1'] }] } as const;
    const projects = [{ ...EU, permissionIds: ['cp_1'] }];
    expect(tellHeld({ ...held, projects, undone: false }).lines[0]).toBe(
      'prod-eu (cp_1): kept as it is, whatever the policy says',
    );
    expect(tellHeld({ ...held, projects, undone: true }).lines[0]).toContain('the policy decides again');
    expect(tellRepair({ checkpoint: FINAL, projects: [EU] }).lines).toEqual(['prod-eu: shared again']);
  });
});
