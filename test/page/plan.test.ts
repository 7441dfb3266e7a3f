import { describe, expect, it } from 'vitest';
import { CHANGES } from '../../lambdas/core/plan/change.ts';
import type { PlannedChange, PlannedCheckpoint } from '../../lambdas/shared/contract/operator.ts';
import { commandLine } from '../../page/model/command-line.ts';
import { countsOfPlan, drawChanges, listChanges, matrixOfPlan, tellChanges } from '../../page/model/plan.ts';
import { CHANGE_SHAPES } from '../../page/model/shapes.ts';
import { aLedger, aListed, FINAL, STEP } from './rows.ts';

function aChange(parts: Partial<PlannedChange> = {}): PlannedChange {
  const rest = { change: 'share', permissionId: null, reason: 'rule "a" wants it', underWay: false } as const;
  return { projectId: 'proj_EU', project: 'prod-eu', ...rest, ...parts };
}

function aPlanned(checkpoint: string, ...changes: readonly PlannedChange[]): PlannedCheckpoint {
  return { checkpoint, jobId: 'ftjob-1', source: 'research', changes: [...changes] };
}

const US = { projectId: 'proj_US', project: 'prod-us' };
const REVOKE = aChange({ change: 'revoke', permissionId: 'cp_1', reason: 'no rule wants it' });
const AGAIN = aChange({ change: 'revoke', permissionId: 'cp_2', reason: 'it is there twice' });

describe('a plan on the matrix', () => {
  const plan = { checkpoints: [aPlanned(FINAL, REVOKE, AGAIN), aPlanned(STEP, aChange(US))] };
  const others = aListed({ checkpoint: 'ft:m:o:other:1', projectId: 'proj_AP', project: 'prod-ap' });
  const ledger = aLedger([aListed(), others]);

  it('has the checkpoints and projects that it changes, also those that the ledger does not have yet, and no others', () => {
    const { lines, projects, changes } = matrixOfPlan(plan, ledger, null);
    expect(lines.map(({ key }) => key)).toEqual(['source research', FINAL, STEP]);
    expect(projects).toEqual([{ projectId: 'proj_EU', project: 'prod-eu' }, US]);
    expect(changes.get(FINAL)?.get('proj_EU')).toEqual([REVOKE, AGAIN]);
  });

  it('is narrowed to one kind of change', () => {
    const { lines, projects } = matrixOfPlan(plan, ledger, 'share');
    expect(lines.map(({ key }) => key)).toEqual(['source research', STEP]);
    expect(projects).toEqual([US]);
    expect(matrixOfPlan(plan, ledger, 'close')).toMatchObject({ lines: [], projects: [] });
  });

  it('keeps the order of the projects, with new ones last', () => {
    const both = { checkpoints: [aPlanned(FINAL, aChange({ projectId: 'proj_New', project: null }), REVOKE)] };
    expect(matrixOfPlan(both, ledger, null).projects.map(({ projectId }) => projectId)).toEqual([
      'proj_EU',
      'proj_New',
    ]);
  });

  it('is drawn by a sign a kind, where its column is', () => {
    const { changes, projects } = matrixOfPlan(plan, ledger, null);
    const drawn = drawChanges(changes.get(STEP) ?? new Map(), projects, { column: 40, height: 32 });
    expect(drawn).toEqual([
      { change: 'share', underWay: false, path: `M50 6${CHANGE_SHAPES.share}`, ground: 'M47 3h26v26h-26z' },
    ]);
  });

  it('draws what is under way apart from what is not', () => {
    const row = new Map([
      ['proj_EU', [aChange()]],
      ['proj_US', [aChange({ ...US, underWay: true })]],
    ]);
    const projects = [{ projectId: 'proj_EU', project: null }, US];
    expect(drawChanges(row, projects, { column: 40, height: 32 }).map(({ underWay }) => underWay)).toEqual([
      false,
      true,
    ]);
  });

  it('tells each of the changes of a cell', () => {
    expect(tellChanges([REVOKE, { ...AGAIN, underWay: true }])).toBe(
      'to revoke: no rule wants it; to revoke: it is there twice, under way already',
    );
  });

  it('has a sign of its own for every kind of change', () => {
    expect(new Set(CHANGES.map((change) => CHANGE_SHAPES[change])).size).toBe(CHANGES.length);
  });
});

describe('a plan as a list', () => {
  it('has every change with its checkpoint, or those of one kind', () => {
    const plan = { checkpoints: [aPlanned(FINAL, REVOKE, aChange(US)), aPlanned(STEP, aChange())] };
    expect(listChanges(plan, null).map(({ checkpoint, change }) => [checkpoint, change])).toEqual([
      [FINAL, 'revoke'],
      [FINAL, 'share'],
      [STEP, 'share'],
    ]);
    expect(listChanges(plan, 'revoke')).toEqual([{ checkpoint: FINAL, ...REVOKE }]);
  });

  it('counts what there is', () => {
    const none = { share: 0, adopt: 0, change: 0, revoke: 0, orphan: 0, report: 0, close: 0, 'look-up': 0 };
    expect(countsOfPlan({ counts: { ...none, revoke: 2, share: 1 } })).toEqual([
      { change: 'share', count: 1 },
      { change: 'revoke', count: 2 },
    ]);
  });
});

describe('a command to type', () => {
  it('names the stack where it is another than the usual one, and quotes what a shell would read', () => {
    expect(commandLine(['apply', '--confirm', 'abc'], 'CheckpointSharing')).toBe('ckpt apply --confirm abc');
    expect(commandLine(['pause', '--rule', "Ann's $HOME"], 'Other')).toBe(
      "ckpt pause --rule 'Ann'\\''s $HOME' --stack Other",
    );
    expect(commandLine(['revoke', FINAL, '--from', 'prod-eu'], 'CheckpointSharing')).toBe(
      `ckpt revoke ${FINAL} --from prod-eu`,
    );
  });
});
