import { describe, expect, it } from 'vitest';
import { NOT_PAUSED, type Pause, pausedBy } from '../../../lambdas/core/pause/pause.ts';
import { aWant, T0 } from '../../builders/checkpoints.ts';

const WORD = { at: T0, by: 'jane', why: 'an audit' };
const paused = (parts: Partial<Pause>): Pause => ({ ...NOT_PAUSED, ...parts });
const OF_RESEARCH = { source: 'research' };
const OF_NOBODY = { source: null };
const BY_RULE = { want: aWant('proj_A', { rule: 'support models' }) };
const BY_HAND = { want: aWant('proj_A', { origin: 'operator', rule: null }) };
const UNWANTED = { want: null };

describe('what keeps a permission waiting', () => {
  it('is nothing while nothing is paused, and nothing of its own while everything is', () => {
    for (const pause of [NOT_PAUSED, paused({ all: WORD })]) {
      expect(pausedBy(pause, OF_RESEARCH, BY_RULE)).toBeNull();
    }
  });

  it('is the rule that wants it', () => {
    const pause = paused({ rules: { 'support models': WORD } });
    expect(pausedBy(pause, OF_RESEARCH, BY_RULE)).toBe('rule "support models"');
    expect(pausedBy(pause, OF_NOBODY, BY_RULE)).toBe('rule "support models"');
    expect(pausedBy(pause, OF_RESEARCH, { want: aWant('proj_A', { rule: 'another' }) })).toBeNull();
    expect(pausedBy(pause, OF_RESEARCH, BY_HAND)).toBeNull();
    expect(pausedBy(pause, OF_RESEARCH, UNWANTED)).toBeNull();
  });

  it('is the source of its checkpoint, whoever wants it, and also where nobody does', () => {
    const pause = paused({ sources: { research: WORD } });
    for (const permission of [BY_RULE, BY_HAND, UNWANTED]) {
      expect(pausedBy(pause, OF_RESEARCH, permission)).toBe('source research');
      expect(pausedBy(pause, { source: 'lab' }, permission)).toBeNull();
      expect(pausedBy(pause, OF_NOBODY, permission)).toBeNull();
    }
  });

  it('is no name that objects inherit', () => {
    expect(pausedBy(NOT_PAUSED, { source: 'constructor' }, { want: aWant('proj_A', { rule: 'toString' }) })).toBeNull();
  });
});
