import { describe, expect, it } from 'vitest';
import { isDate } from '../../../lambdas/core/shutdown/days.ts';
import { KNOWN_DATES } from '../../../lambdas/core/shutdown/known-dates.ts';
import { shutdownOf } from '../../../lambdas/core/shutdown/shutdown-of.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { byId, fineTuned, said, UNHEARD_OF } from './models.ts';

const BASE = 'gpt-4o-mini-2024-07-18';
const CHECKPOINT = fineTuned(BASE, 'Abc');
const NOBODY = aPolicy([]);

const overriding = (...shutdowns: readonly (readonly [string, string | null])[]) =>
  aPolicy([], { shutdowns: shutdowns.map(([baseModel, date]) => ({ baseModel, date })) });

describe('which date holds', () => {
  it('the table, where nobody else names one', () => {
    expect(shutdownOf(NOBODY, CHECKPOINT, byId([]))).toEqual({ date: '2027-01-14', source: 'table' });
    expect(shutdownOf(NOBODY, CHECKPOINT, byId(said({ [BASE]: null, [CHECKPOINT]: null })))).toEqual({
      date: '2027-01-14',
      source: 'table',
    });
  });

  it("OpenAI's on the base before the table", () => {
    const models = byId(said({ [BASE]: '2027-06-01', [CHECKPOINT]: null }));
    expect(shutdownOf(NOBODY, CHECKPOINT, models)).toEqual({ date: '2027-06-01', source: 'openai' });
  });

  it("OpenAI's on the checkpoint itself before that on its base", () => {
    const models = byId(said({ [BASE]: '2027-06-01', [CHECKPOINT]: '2027-03-01' }));
    expect(shutdownOf(NOBODY, CHECKPOINT, models)).toEqual({ date: '2027-03-01', source: 'openai' });
  });

  it("that of sharing.yaml before OpenAI's, the first glob that fits", () => {
    const models = byId(said({ [BASE]: '2027-06-01', [CHECKPOINT]: '2027-03-01' }));
    const policy = overriding(['gpt-4.1*', '2029-01-01'], ['gpt-4o*', '2028-01-01'], ['*', '2030-01-01']);
    expect(shutdownOf(policy, CHECKPOINT, models)).toEqual({ date: '2028-01-01', source: 'sharing.yaml' });
  });

  it('none where sharing.yaml says never, whatever the others say', () => {
    const models = byId(said({ [CHECKPOINT]: '2027-03-01' }));
    expect(shutdownOf(overriding(['gpt-4o*', null]), CHECKPOINT, models)).toBeUndefined();
  });

  it('none for a base that nobody knows, nor for what is no checkpoint', () => {
    expect(shutdownOf(NOBODY, fineTuned(UNHEARD_OF, 'Abc'), byId([]))).toBeUndefined();
    expect(shutdownOf(overriding(['*', '2028-01-01']), 'ftckpt_abc', byId([]))).toBeUndefined();
  });

  it("an intermediate checkpoint's as its final model's", () => {
    const policy = overriding([BASE, '2028-01-01']);
    expect(shutdownOf(policy, `${CHECKPOINT}:ckpt-step-5`, byId([]))?.date).toBe('2028-01-01');
  });
});

describe('the table', () => {
  it('has dates with their source and day', () => {
    for (const { date, knownOn, source, baseModels } of KNOWN_DATES) {
      expect([date, knownOn].every(isDate)).toBe(true);
      expect(source).toMatch(/openai\.com/);
      expect(baseModels).not.toEqual([]);
    }
  });

  it.each([
    ['gpt-4o-2024-08-06', '2027-01-14'],
    ['gpt-4o-mini-2024-07-18', '2027-01-14'],
    ['gpt-4.1-2025-04-14', '2027-01-14'],
    ['gpt-4.1-mini-2025-04-14', '2027-01-14'],
    ['gpt-4.1-nano-2025-04-14', '2026-10-23'],
    ['gpt-3.5-turbo-0125', '2026-10-23'],
    ['gpt-4-0613', '2026-10-23'],
    ['gpt-4o-audio-preview-2024-12-17', undefined],
    ['gpt-4.5-preview', undefined],
    ['gpt-5-2025-08-07', undefined],
  ])('%s: %s', (base, date) => {
    expect(shutdownOf(NOBODY, fineTuned(base, 'Abc'), byId([]))?.date).toBe(date);
  });
});
