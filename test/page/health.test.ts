import { describe, expect, it } from 'vitest';
import type { Finding } from '../../lambdas/shared/contract/operator.ts';
import { countFindings, tellExpiry, worstFirst } from '../../page/model/health.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');

function aFinding(check: string, state: Finding['state']): Finding {
  return { check, state, message: `${check}.`, mend: null, retryAfterSeconds: null };
}

const FINDINGS = [aFinding('a', 'good'), aFinding('b', 'bad'), aFinding('c', 'notice'), aFinding('d', 'waiting')];

describe('what was found', () => {
  it('is told with the worst first, and else in its order', () => {
    const names = worstFirst([...FINDINGS, aFinding('e', 'bad')]).map(({ check }) => check);
    expect(names).toEqual(['b', 'e', 'd', 'c', 'a']);
  });

  it('is counted', () => {
    expect(countFindings(FINDINGS)).toBe('1 bad, 1 could not be checked in time, 1 to know of, 1 good');
    expect(countFindings([aFinding('a', 'good')])).toBe('Nothing is bad, 0 to know of, 1 good');
  });
});

describe('the end of a key', () => {
  it.each([
    [null, 'never', 'good'],
    ['2026-11-20T11:59:59.000Z', 'ended on 2026-11-20', 'bad'],
    ['2026-11-20T13:00:00.000Z', '2026-11-20, in 0 days', 'notice'],
    ['2026-12-04T12:00:00.000Z', '2026-12-04, in 14 days', 'notice'],
    ['2026-12-05T12:00:00.000Z', '2026-12-05, in 15 days', 'good'],
  ] as const)('%s is told as %s', (expiresAt, says, state) => {
    expect(tellExpiry(expiresAt, NOW)).toEqual({ says, state });
  });
});
