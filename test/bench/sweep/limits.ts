import type { Limit } from '../section.ts';
import type { Row } from './measure.ts';

/** What `lib/constructs/` gives the functions that do it. */
const FUNCTIONS = {
  operator: { seconds: 180, mb: 512 },
  reconcile: { seconds: 300, mb: 512 },
} as const;

/** The share of a processor at 512 MB; 1,769 MB are one vCPU. Source: "Configure Lambda function memory", Lambda guide. */
export const CPU_SHARE = 512 / 1769;

/** How long it takes at least on Lambda: where it has to compute more than it waits, its share of a processor counts. */
export function lambdaSeconds({
  seconds,
  cpuSeconds,
}: {
  readonly seconds: number;
  readonly cpuSeconds: number;
}): number {
  return Math.max(seconds, cpuSeconds / CPU_SHARE);
}

/** What a sweep that finds nothing to do may take, whatever the size of the ledger. */
const AT_REST = { readUnits: 200, mb: 200 };
/** What a change of all checkpoints may write for each. */
const WRITES_A_CHECKPOINT = 1.2;
/** DynamoDB's limit. */
const ITEM_BYTES = 400 * 1024;

/** A time fails this bench, too: past that one, AWS ends the function. The growth of a time does not. */
export function limitsOf(row: Row): readonly Limit[] {
  const { checkpoints, what, rssMb, operations, adminCalls, leftUndone, handedOn } = row;
  const who = `${checkpoints.toLocaleString('en')} checkpoints, ${what}`;
  const isSweep = what.includes('sweep') || what.includes('pass');
  const fn = isSweep ? FUNCTIONS.reconcile : FUNCTIONS.operator;
  const atRest = what === 'sweep, nothing to do';
  const writes = what === 'full pass, one more project' ? [row.writes / checkpoints] : [];
  return [
    { what: `${who}: seconds of an invocation`, is: Math.ceil(row.longestSeconds), atMost: fn.seconds },
    { what: `${who}: MB of memory`, is: rssMb, atMost: atRest ? AT_REST.mb : fn.mb },
    ...(atRest ? [{ what: `${who}: read units`, is: row.readUnits, atMost: AT_REST.readUnits }] : []),
    ...writes.map((is) => ({ what: `${who}: writes a checkpoint`, is, atMost: WRITES_A_CHECKPOINT })),
    { what: `${who}: bytes of an item`, is: row.itemBytes, atMost: ITEM_BYTES },
    { what: `${who}: scans`, is: operations.Scan ?? 0, atMost: 0 },
    { what: `${who}: admin calls`, is: adminCalls, atMost: 0 },
    { what: `${who}: checkpoints left undone`, is: leftUndone, atMost: 0 },
    { what: `${who}: jobs handed to observe again`, is: handedOn, atMost: 0 },
  ];
}
