import { expect, it } from 'vitest';
import { shutdownsAhead } from '../../../lambdas/core/shutdown/shutdowns-ahead.ts';
import { aCheckpoint, aPermission } from '../../builders/checkpoints.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { fineTuned, said, shared, UNHEARD_OF } from './models.ts';

const MINI = 'gpt-4o-mini-2024-07-18';
const NOW = Date.parse('2026-12-15T12:00:00Z');

it('counts the checkpoints, permissions and projects of each base model', () => {
  const records = [
    shared(fineTuned(MINI, 'A'), ['proj_EU', 'proj_US']),
    shared(fineTuned(MINI, 'B'), ['proj_EU', 'proj_ASIA']),
    shared(fineTuned('gpt-3.5-turbo-0125', 'C')),
    shared(fineTuned(UNHEARD_OF, 'D')),
  ];
  expect(shutdownsAhead(aPolicy(), records, [], NOW)).toEqual([
    {
      baseModel: 'gpt-3.5-turbo-0125',
      date: '2026-10-23',
      source: 'table',
      daysLeft: -53,
      checkpoints: 1,
      permissions: 1,
      projects: 1,
    },
    { baseModel: MINI, date: '2027-01-14', source: 'table', daysLeft: 30, checkpoints: 2, permissions: 4, projects: 3 },
  ]);
});

it('counts only what is shared, or was and is still wanted', () => {
  const states = [
    'active',
    'orphaned',
    'drifted',
    'pending',
    'unknown',
    'rejected',
    'revoking',
    'revoked',
    'foreign',
  ] as const;
  const record = aCheckpoint(...states.map((state) => aPermission(`proj_${state}`, state)));
  expect(shutdownsAhead(aPolicy(), [record], [], NOW)).toMatchObject([{ checkpoints: 1, permissions: 3, projects: 3 }]);
  const unshared = states.slice(3).map((state, index) => shared(fineTuned(MINI, `${index}`), ['proj_EU'], state));
  expect(shutdownsAhead(aPolicy(), unshared, [], NOW)).toEqual([]);
});

it('tells checkpoints of one base apart that shut down on different days', () => {
  const records = ['A', 'B', 'C'].map((id) => shared(fineTuned(MINI, id)));
  const models = said({ [fineTuned(MINI, 'B')]: '2027-03-01' });
  expect(shutdownsAhead(aPolicy(), records, models, NOW)).toMatchObject([
    { date: '2027-01-14', source: 'table', checkpoints: 2 },
    { date: '2027-03-01', source: 'openai', checkpoints: 1 },
  ]);
});

it.each([[['A', 'B']], [['B', 'A']]])('names OpenAI where it has said the same date of one of them (%s)', (order) => {
  const records = order.map((id) => shared(fineTuned(MINI, id)));
  const models = said({ [fineTuned(MINI, 'B')]: '2027-01-14' });
  expect(shutdownsAhead(aPolicy(), records, models, NOW)).toMatchObject([{ source: 'openai', checkpoints: 2 }]);
});

it('is empty where sharing.yaml says never', () => {
  const policy = aPolicy([], { shutdowns: [{ baseModel: 'gpt-*', date: null }] });
  expect(shutdownsAhead(policy, [shared(fineTuned(MINI, 'A'))], said({ [MINI]: '2027-01-14' }), NOW)).toEqual([]);
});
