import type { Limit } from '../section.ts';
import type { Row } from './measure.ts';

/** What `lib/constructs/` gives the functions that do it. */
const FUNCTIONS = {
  operator: { seconds: 180, mb: 512 },
  reconcile: { seconds: 300, mb: 512 },
} as const;

/** The share of a processor at 512 MB; 1,769 MB are one vCPU. Source: "Configure Lambda function memory", Lambda guide. */
const CPU_SHARE = 512 / 1769;

/** How long it takes at least on Lambda: where it has to compute more than it waits, its share of a processor counts. */
export function lambdaSeconds({ seconds, cpuSeconds }: Pick<Row, 'seconds' | 'cpuSeconds'>): number {
  return Math.max(seconds, cpuSeconds / CPU_SHARE);
}

/** A time fails this bench, too: past that one, AWS ends the function. The growth of a time does not. */
export function limitsOf(row: Row): readonly Limit[] {
  const { checkpoints, what, rssMb, operations, adminCalls, leftUndone, handedOn } = row;
  const who = `${checkpoints.toLocaleString('en')} checkpoints, ${what}`;
  const fn = what.startsWith('sweep') ? FUNCTIONS.reconcile : FUNCTIONS.operator;
  return [
    { what: `${who}: seconds`, is: Math.ceil(lambdaSeconds(row)), atMost: fn.seconds },
    { what: `${who}: MB of memory`, is: rssMb, atMost: fn.mb },
    { what: `${who}: scans`, is: operations.Scan ?? 0, atMost: 0 },
    { what: `${who}: admin calls`, is: adminCalls, atMost: 0 },
    { what: `${who}: checkpoints left undone`, is: leftUndone, atMost: 0 },
    { what: `${who}: jobs handed to observe again`, is: handedOn, atMost: 0 },
  ];
}
