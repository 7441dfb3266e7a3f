/** One event of a trace as Chromium writes it; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** Of the processor, without what other processes took of it meanwhile. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The tasks of a page's main thread, the one in which nothing else happens while something takes long. */
export interface Tasks {
  readonly count: number;
  /** Milliseconds of the processor. */
  readonly longestMs: number;
  /** Milliseconds by the clock, in which a crowded machine did other things as well. */
  readonly longestWallMs: number;
}

/** What has to be traced for it. */
export const CATEGORIES = ['toplevel', 'disabled-by-default-devtools.timeline'];

/** Reads a trace that was taken of one page. */
export function tasksOf(trace: Buffer): Tasks {
  const { traceEvents }: { traceEvents: readonly TraceEvent[] } = JSON.parse(trace.toString('utf8'));
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args?.name === 'CrRendererMain';
  const main = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`));
  if (tasks.length === 0)
    throw new Error('The trace has no task of a main thread: this Chromium names them otherwise.');
  const longest = (of: (task: TraceEvent) => number | undefined) =>
    Math.max(...tasks.map((task) => of(task) ?? Number.POSITIVE_INFINITY)) / 1_000;
  return { count: tasks.length, longestMs: longest(({ tdur }) => tdur), longestWallMs: longest(({ dur }) => dur) };
}
