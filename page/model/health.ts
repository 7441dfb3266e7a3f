import type { Finding } from '../../lambdas/shared/contract/operator.ts';
import { plural } from './names.ts';

/** The worst first: what is bad, what could not be checked, what is to be known of, and what is good. */
const ORDER: readonly Finding['state'][] = ['bad', 'waiting', 'notice', 'good'];

/** In the order of how much each matters; those of one state keep theirs. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

/** `1 bad, 2 to know of, 14 good`. */
export function countFindings(findings: readonly Finding[]): string {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [bad, waiting] = [count('bad'), count('waiting')];
  return [
    bad === 0 ? 'Nothing is bad' : `${bad} bad`,
    ...(waiting === 0 ? [] : [`${waiting} could not be checked in time`]),
    `${count('notice')} to know of`,
    `${count('good')} good`,
  ].join(', ');
}

const DAY_MS = 86_400_000;
/** From then on the keys function tells of a key that ends. */
const SOON_DAYS = 14;

/** When a key ends, `now` in ms since the epoch. */
export function tellExpiry(
  expiresAt: string | null,
  now: number,
): { readonly says: string; readonly state: 'good' | 'notice' | 'bad' } {
  if (expiresAt === null) return { says: 'never', state: 'good' };
  const days = Math.floor((Date.parse(expiresAt) - now) / DAY_MS);
  const day = expiresAt.slice(0, 10);
  if (days < 0) return { says: `ended on ${day}`, state: 'bad' };
  return { says: `${day}, in ${plural(days, 'day')}`, state: days <= SOON_DAYS ? 'notice' : 'good' };
}
