import { describe, expect, it } from 'vitest';
import type { JobFacts } from '../../../lambdas/core/model/job.ts';
import { hasFacts, mergeFacts } from '../../../lambdas/core/model/merge-facts.ts';
import { aCheckpoint, aJob, atStep, FINAL } from '../policy/builders.ts';

const KNOWN = aJob({ epochs: 3, checkpoints: [atStep(10, { valid_loss: 1 }), aCheckpoint({ step: 20 })] });
const row = (facts: JobFacts) => ({ ...facts, version: 1, plannedWith: 'x', note: 'y', observedAt: 5, unsureSince: 4 });

describe('one more look', () => {
  it('that shows less takes nothing away', () => {
    const less = aJob({
      status: 'running',
      finalModel: null,
      metadata: {},
      finishedAt: null,
      epochs: null,
      checkpoints: [],
    });
    expect(mergeFacts(KNOWN, less)).toEqual(KNOWN);
    expect(mergeFacts(KNOWN, { ...less, status: 'failed' })).toEqual(KNOWN);
  });

  it('that shows more adds it', () => {
    const later = atStep(15, { valid_loss: 2 });
    const more = aJob({ epochs: 3, checkpoints: [later, atStep(10, { train_loss: 3 }), aCheckpoint()] });
    expect(mergeFacts(KNOWN, more).checkpoints).toEqual([
      atStep(10, { valid_loss: 1, train_loss: 3 }),
      aCheckpoint({ step: 20 }),
      later,
    ]);
  });

  it('that names the model marks it, also among what was listed before', () => {
    const nameless = aJob({ finalModel: null, checkpoints: [aCheckpoint({ step: 20, final: false })] });
    expect(mergeFacts(nameless, KNOWN)).toMatchObject({
      finalModel: FINAL,
      checkpoints: [{ checkpoint: FINAL, step: 20, final: true }, { final: false }],
    });
  });

  it('at a job that had not ended stands alone', () => {
    expect(mergeFacts(aJob({ status: 'running', metadata: { old: '1' } }), KNOWN)).toBe(KNOWN);
  });

  it.each(['failed', 'cancelled'])('makes a job that was told %s one that has succeeded', (status) => {
    expect(mergeFacts({ ...KNOWN, status }, KNOWN).status).toBe('succeeded');
  });
});

describe('a row', () => {
  it('has its own facts, in whatever order they come', () => {
    const { status, ...others } = KNOWN;
    expect(hasFacts(row(KNOWN), { ...others, status })).toBe(true);
  });

  it.each<[string, JobFacts]>([
    ['a checkpoint more', { ...KNOWN, checkpoints: [...KNOWN.checkpoints, atStep(30)] }],
    ['another metric', { ...KNOWN, checkpoints: [atStep(10, { valid_loss: 2 }), aCheckpoint({ step: 20 })] }],
    ['what cannot be read', { ...KNOWN, odd: [{ id: null, problem: 'odd' }] }],
  ])('has not those with %s', (_, facts) => {
    expect(hasFacts(row(KNOWN), facts)).toBe(false);
    expect(hasFacts(row(facts), KNOWN)).toBe(false);
  });
});
