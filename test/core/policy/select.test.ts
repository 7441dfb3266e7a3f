import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CheckpointFacts, METRICS, type Metric } from '../../../lambdas/core/model/job.ts';
import type { Selection } from '../../../lambdas/core/policy/policy.ts';
import { selectCheckpoints } from '../../../lambdas/core/policy/select.ts';
import { aCheckpoint, atStep } from './builders.ts';

const steps = (selection: Selection, checkpoints: readonly CheckpointFacts[]) =>
  selectCheckpoints(selection, checkpoints).checkpoints.map(({ final, step }) => (final ? 'final' : step));

const best = (metric: Metric): Selection => ({ kind: 'best', metric });
const last = (count: number): Selection => ({ kind: 'last', count });

describe('final and all', () => {
  test('final takes the final model, all takes everything in the order given', () => {
    const checkpoints = [atStep(20), aCheckpoint(), atStep(10)];
    expect(steps({ kind: 'final' }, checkpoints)).toEqual(['final']);
    expect(steps({ kind: 'all' }, checkpoints)).toEqual([20, 'final', 10]);
  });

  test('a job without a final model shares none, and says so', () => {
    expect(selectCheckpoints({ kind: 'final' }, [atStep(1)])).toEqual({
      checkpoints: [],
      shortfall: 'the job has no final model',
    });
    expect(selectCheckpoints({ kind: 'all' }, []).shortfall).toBe('the job has no checkpoint');
  });
});

describe('last', () => {
  test('the final model is the highest, whether its step is known or not', () => {
    expect(steps(last(1), [atStep(30), aCheckpoint({ step: null })])).toEqual(['final']);
    expect(steps(last(2), [atStep(10), aCheckpoint({ step: 30 }), atStep(20)])).toEqual(['final', 20]);
  });

  test('steps are compared as numbers', () => {
    expect(steps(last(2), [atStep(9), atStep(100), atStep(20)])).toEqual([100, 20]);
  });

  test('fewer than asked for: all of them, with a word about it', () => {
    const { checkpoints, shortfall } = selectCheckpoints(last(5), [atStep(1), aCheckpoint()]);
    expect(checkpoints).toHaveLength(2);
    expect(shortfall).toBe('the last 5 were asked for, the job has 2');
  });
});

describe('best', () => {
  test('the lowest loss, the highest accuracy', () => {
    const checkpoints = [
      atStep(1, { valid_loss: 0.5, valid_mean_token_accuracy: 0.9 }),
      atStep(2, { valid_loss: 0.2, valid_mean_token_accuracy: 0.7 }),
      aCheckpoint({ metrics: { valid_loss: 0.3, valid_mean_token_accuracy: 0.8 } }),
    ];
    expect(steps(best('valid_loss'), checkpoints)).toEqual([2]);
    expect(steps(best('valid_mean_token_accuracy'), checkpoints)).toEqual([1]);
  });

  test('a tie goes to the higher step, and to the final model before all', () => {
    const tied = [atStep(20, { train_loss: 0.1 }), atStep(10, { train_loss: 0.1 }), atStep(5, { train_loss: 0.2 })];
    expect(steps(best('train_loss'), tied)).toEqual([20]);
    expect(steps(best('train_loss'), [aCheckpoint({ metrics: { train_loss: 0.1 } }), ...tied])).toEqual(['final']);
  });

  test('zero is a loss like any other; what is no number is none', () => {
    const checkpoints = [atStep(1, { train_loss: 0 }), atStep(2, { train_loss: Number.NaN }), atStep(3)];
    expect(steps(best('train_loss'), checkpoints)).toEqual([1]);
  });

  test('where none has the metric, nothing, and why', () => {
    const checkpoints = [atStep(1, { train_loss: 1 }), aCheckpoint()];
    expect(selectCheckpoints(best('full_valid_loss'), checkpoints)).toEqual({
      checkpoints: [],
      shortfall: 'no checkpoint of the job has full_valid_loss',
    });
  });
});

describe('for any job', () => {
  const metrics = fc.dictionary(fc.constantFrom(...METRICS), fc.constantFrom(0, 0.25, 0.5), { noNullPrototype: true });
  const facts = fc
    .tuple(fc.uniqueArray(fc.tuple(fc.nat(50), metrics), { selector: ([step]) => step }), fc.option(metrics))
    .map(([mid, final]) => {
      const intermediate = mid.map(([step, values]) => atStep(step, values));
      return final ? [...intermediate, aCheckpoint({ metrics: final })] : intermediate;
    });
  const selection: fc.Arbitrary<Selection> = fc.oneof(
    fc.constantFrom<Selection>({ kind: 'final' }, { kind: 'all' }),
    fc.integer({ min: 1, max: 6 }).map(last),
    fc.constantFrom(...METRICS).map(best),
  );
  const shuffled = facts.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );

  test('the order of the list changes nothing, and only what is in it is taken, once', () => {
    fc.assert(
      fc.property(selection, shuffled, (wanted, [all, other]) => {
        const taken = selectCheckpoints(wanted, all).checkpoints;
        expect(new Set(selectCheckpoints(wanted, other).checkpoints)).toEqual(new Set(taken));
        expect(taken).toEqual(all.filter((checkpoint) => taken.includes(checkpoint)));
      }),
    );
  });

  test('last leaves out nothing higher than what it takes', () => {
    const height = ({ final, step }: CheckpointFacts) => (final ? Number.POSITIVE_INFINITY : (step ?? -1));
    fc.assert(
      fc.property(facts, fc.integer({ min: 1, max: 6 }), (all, count) => {
        const { checkpoints, shortfall } = selectCheckpoints(last(count), all);
        const left = all.filter((checkpoint) => !checkpoints.includes(checkpoint));
        expect(checkpoints).toHaveLength(Math.min(count, all.length));
        expect(shortfall === null).toBe(all.length >= count);
        for (const taken of checkpoints) for (const other of left) expect(height(taken)).toBeGreaterThan(height(other));
      }),
    );
  });

  test('best leaves nothing better behind', () => {
    fc.assert(
      fc.property(facts, fc.constantFrom(...METRICS), (all, metric) => {
        const { checkpoints, shortfall } = selectCheckpoints(best(metric), all);
        const values = all.flatMap((checkpoint) => checkpoint.metrics[metric] ?? []);
        const wanted = metric.endsWith('loss') ? Math.min(...values) : Math.max(...values);
        expect(checkpoints.map((checkpoint) => checkpoint.metrics[metric])).toEqual(values.length ? [wanted] : []);
        expect(shortfall === null).toBe(values.length > 0);
      }),
    );
  });
});
