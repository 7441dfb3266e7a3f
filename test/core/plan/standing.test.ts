import { describe, expect, it } from 'vitest';
import type { CheckpointRecord, PermissionRecord, RefusedProject } from '../../../lambdas/core/model/permission.ts';
import { NOT_PAUSED, type Pause } from '../../../lambdas/core/pause/pause.ts';
import { planCheckpoint } from '../../../lambdas/core/plan/plan-checkpoint.ts';
import { standingOf } from '../../../lambdas/core/plan/standing.ts';
import { aCheckpoint, aPermission, aWant, held, MODEL, T0 } from '../../builders/checkpoints.ts';
import { aPolicy } from '../policy/builders.ts';

const WANT = aWant('proj_A');

/** How far it is with proj_A, which a rule wants. */
function standing(
  record: CheckpointRecord,
  { pause = NOT_PAUSED, refused }: { pause?: Pause; refused?: RefusedProject } = {},
) {
  const wanted = { wants: new Map([[MODEL, [WANT]]]), jobs: new Set(['ftjob-1']), notes: new Map() };
  const [action] = planCheckpoint(aPolicy(), wanted, record, T0);
  return standingOf({ record, want: WANT, action, pause, refused, now: T0 });
}

const row = (state: PermissionRecord['state'], parts: Partial<PermissionRecord> = {}) =>
  aCheckpoint(aPermission('proj_A', state, parts));
const refused: RefusedProject = { projectId: 'proj_A', reason: 'archived', retryAt: T0 + 1 };
const word = { at: T0, by: null, why: null };

describe('how far it is with what is wanted', () => {
  it.each([
    ['nothing is recorded', aCheckpoint(), { standing: 'to-share', reason: 'wanted by everything' }],
    ['pending', row('pending', { reason: 'asked for' }), { standing: 'due', reason: 'asked for' }],
    ['unknown', row('unknown', { reason: 'no answer' }), { standing: 'in-flight', reason: 'no answer' }],
    ['active', row('active'), { standing: 'has-it', reason: null }],
    ['active, for another', row('active', { want: aWant('proj_A', { rule: 'old' }) }), { standing: 'has-it' }],
    [
      'orphaned',
      row('orphaned', { reason: 'no rule wants it' }),
      { standing: 'has-it', reason: 'wanted by another rule, or on other terms' },
    ],
    [
      'drifted, and the rule says repair now',
      row('drifted', { want: aWant('proj_A', { onDrift: 'report' }) }),
      { standing: 'to-share' },
    ],
    [
      'rejected',
      row('rejected', { reason: 'archived', notBefore: T0 + 5 }),
      { standing: 'refused', reason: 'archived', until: T0 + 5 },
    ],
    ['revoking', row('revoking'), { standing: 'in-flight' }],
    ['revoked', row('revoked'), { standing: 'to-share' }],
    ['foreign', row('foreign'), { standing: 'to-adopt' }],
    ['gone', { ...row('active'), gone: 'No such model.' }, { standing: 'gone', reason: 'No such model.' }],
    [
      'asked for just now',
      { ...row('pending'), inFlight: { projectIds: ['proj_A'], startedAt: T0, deadline: T0 + 1 } },
      { standing: 'in-flight' },
    ],
  ] as const)('%s', (_name, record, expected) => {
    expect(standing(record)).toMatchObject(expected);
  });

  it('drifted, and left so', () => {
    const record = row('drifted', { reason: 'gone at OpenAI', repairs: [T0, T0, T0] });
    expect(standing(record)).toMatchObject({ standing: 'drifted', reason: 'gone at OpenAI' });
  });

  it.each(['ignored', 'forgotten', 'withheld'] as const)('%s: a person goes before all', (kind) => {
    expect(standing(held(row('active'), 'proj_A', kind))).toEqual({
      standing: kind,
      reason: 'said by jane',
      until: null,
    });
  });

  it.each([
    ['everything', { ...NOT_PAUSED, all: word }],
    ['source research', { ...NOT_PAUSED, sources: { research: word } }],
    ['rule "everything"', { ...NOT_PAUSED, rules: { everything: word } }],
  ])('paused: %s', (what, pause) => {
    for (const record of [aCheckpoint(), row('pending')]) {
      expect(standing(record, { pause })).toEqual({ standing: 'paused', reason: `paused: ${what}`, until: null });
    }
    expect(standing(row('active'), { pause }).standing).toBe('has-it');
  });

  it('of a project that OpenAI refuses, until its next try', () => {
    for (const record of [aCheckpoint(), row('pending')]) {
      expect(standing(record, { refused })).toEqual({ standing: 'refused', reason: 'archived', until: T0 + 1 });
      expect(standing(record, { refused: { ...refused, retryAt: T0 } }).standing).not.toBe('refused');
    }
    expect(standing(row('active'), { refused }).standing).toBe('has-it');
  });
});
