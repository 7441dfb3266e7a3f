import { describe, expect, it } from 'vitest';
import { takeInEvent } from '../../../lambdas/core/audit/permission-event.ts';
import { closeProject } from '../../../lambdas/core/audit/project-event.ts';
import { PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, held, MINUTE, rowOf, T0 } from '../../builders/checkpoints.ts';
import { archived, created, deleted } from './events.ts';

const EU = 'proj_EU';
const NOW = T0 + 5 * MINUTE;

describe('what the audit log tells of a forgotten permission', () => {
  const record = held(aCheckpoint(), EU, 'forgotten');

  it('is nobody’s business here: the very record comes back', () => {
    expect(takeInEvent(record, created(EU, 'cp_1'), NOW)).toBe(record);
    expect(takeInEvent(record, deleted(EU, 'cp_1'), NOW)).toBe(record);
    expect(closeProject(record, archived(EU), NOW)).toBe(record);
  });

  it('of a withheld one is taken in: somebody else has granted it', () => {
    const withheld = held(aCheckpoint(), EU, 'withheld');
    expect(rowOf(takeInEvent(withheld, created(EU, 'cp_1'), NOW), EU)).toMatchObject({ state: 'foreign', want: null });
  });
});

it('what was forgotten and is to be looked up is left to the list, whatever the audit log tells', () => {
  const recalled = aPermission(EU, 'unknown', { askedAt: T0 - MINUTE, doubt: 'forgotten' });
  const record = aCheckpoint(recalled);
  expect(takeInEvent(record, created(EU, 'cp_1'), NOW)).toBe(record);
});

describe('what the audit log tells of an ignored permission', () => {
  it.each(PERMISSION_STATES)('is not that it is closed with its project, be it %s', (state) => {
    const record = held(aCheckpoint(aPermission(EU, state)), EU, 'ignored');
    expect(closeProject(record, archived(EU), NOW)).toBe(record);
    expect(closeProject(record, { ...archived(EU), kind: 'project-deleted' }, NOW)).toBe(record);
  });

  it('is looked at by a list where it was deleted, as for any other', () => {
    const record = held(aCheckpoint(aPermission(EU, 'active')), EU, 'ignored');
    const told = takeInEvent(record, deleted(EU, `cp_${EU}`), NOW);
    expect(told).toMatchObject({ verifyAt: NOW, verifyPriority: 'repair', holds: record.holds });
    expect(rowOf(told, EU).state).toBe('active');
  });
});
