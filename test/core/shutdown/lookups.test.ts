import { describe, expect, it } from 'vitest';
import { newModel } from '../../../lambdas/core/model/openai-model.ts';
import { dueLookups, nextLookup } from '../../../lambdas/core/shutdown/lookups.ts';
import { DAY, T0 } from '../../builders/checkpoints.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { byId, fineTuned, shared } from './models.ts';

const MINI = 'gpt-4o-mini-2024-07-18';
const [A, B, C] = ['A', 'B', 'C'].map((id) => fineTuned(MINI, id)) as [string, string, string];
const RECORDS = [A, B, C].map((checkpoint) => shared(checkpoint));

const waiting = (times: Readonly<Record<string, number>>) =>
  byId(Object.entries(times).map(([model, askAgainAt]) => ({ ...newModel(model), askAgainAt })));
const names = (times: Readonly<Record<string, number>>, policy = aPolicy(), records = RECORDS) =>
  dueLookups(policy, records, waiting(times), T0).map(({ model }) => model);

describe('what is to be looked up', () => {
  it('each base model once, and before its checkpoints', () => {
    expect(names({})).toEqual([MINI, A, B, C]);
  });

  it('a base model that is due today before checkpoints that never were looked up', () => {
    expect(names({ [MINI]: T0 })).toEqual([MINI, A, B, C]);
  });

  it('the one that has waited longest first, and none before its time', () => {
    expect(names({ [MINI]: T0 + 1, [A]: T0, [B]: T0 - 1, [C]: T0 + 1 })).toEqual([B, A]);
  });

  it('nothing of what is shared with nobody', () => {
    expect(names({}, aPolicy(), [shared(A, ['proj_EU'], 'revoked')])).toEqual([]);
  });

  it('nothing of what sharing.yaml overrides', () => {
    expect(names({}, aPolicy([], { shutdowns: [{ baseModel: 'gpt-4o*', date: null }] }))).toEqual([]);
  });
});

describe('with whose key', () => {
  it("a checkpoint with its own source's, its base with that one before any other", () => {
    const lab = { alias: 'lab', id: 'proj_LAB', source: { apiKeySecret: null, webhookSecret: null } };
    const policy = { ...aPolicy(), projects: [lab, ...aPolicy().projects] };
    expect(dueLookups(policy, [shared(A)], byId([]), T0)).toEqual([
      { model: MINI, isBase: true, sources: ['research', 'lab'] },
      { model: A, isBase: false, sources: ['research'] },
    ]);
  });

  it("of a checkpoint whose job is in no source only the base's, with any", () => {
    const pinned = { ...shared(A), source: null };
    expect(dueLookups(aPolicy(), [pinned], byId([]), T0)).toEqual([
      { model: MINI, isBase: true, sources: ['research'] },
    ]);
  });
});

describe('it is looked up again', () => {
  const lookup = (isBase: boolean) => ({ model: MINI, isBase, sources: [] });
  it.each([
    ['a base model', true, true, 1],
    ['a checkpoint', false, true, 7],
    ['a base model without an answer', true, false, 1],
    ['a checkpoint without an answer', false, false, 1],
  ])('%s', (_what, isBase, answered, days) => {
    expect(nextLookup(lookup(isBase), answered, T0)).toBe(T0 + days * DAY);
  });
});
