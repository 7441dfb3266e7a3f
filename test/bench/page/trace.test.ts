import { describe, expect, test } from 'vitest';
import { tasksOf } from './trace.ts';

const MAIN = { name: 'thread_name', pid: 1, tid: 2, args: { name: 'CrRendererMain' } };
const OTHER = { name: 'thread_name', pid: 1, tid: 3, args: { name: 'Compositor' } };

function aTask(tid: number, tdur: number, dur = tdur) {
  return { name: 'RunTask', pid: 1, tid, tdur, dur };
}

function aTrace(...traceEvents: readonly object[]): Buffer {
  return Buffer.from(JSON.stringify({ traceEvents }));
}

describe('the tasks of a main thread, read from a trace', () => {
  test('are those of that thread alone, the longest by the processor and by the clock', () => {
    const trace = aTrace(MAIN, OTHER, aTask(2, 9_000, 80_000), aTask(2, 12_500, 13_000), aTask(3, 99_000));
    expect(tasksOf(trace)).toEqual({ count: 2, longestMs: 12.5, longestWallMs: 80 });
  });

  test('are never none: then the trace was misread', () => {
    expect(() => tasksOf(aTrace(OTHER, aTask(3, 1_000)))).toThrow('no task of a main thread');
  });

  test('are not taken for short where the processor was not measured', () => {
    const { longestMs } = tasksOf(aTrace(MAIN, { ...aTask(2, 1_000), tdur: undefined }));
    expect(longestMs).toBe(Number.POSITIVE_INFINITY);
  });
});
