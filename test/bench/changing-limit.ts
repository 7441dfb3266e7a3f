import { NO_GROWTH } from '../../lambdas/core/pacing/forecast.ts';
import { currentLimit, DEFAULT_PACER_RULES, type PacerRules } from '../../lambdas/core/pacing/window.ts';
import type { PacerStore } from '../../lambdas/core/ports/ledger.ts';
import { drain } from '../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour } from '../use-cases/scene.ts';
import { type Scenario, WINDOW_MS } from './admin-run.ts';
import { round } from './median.ts';
import type { Limit, Section } from './section.ts';
import { renderTable } from './table.ts';

const BEARS = { high: 10, low: 5 };
/**
 * When the API's limit falls and when it rises again, in windows from the beginning: at the worst moments, when a window has
 * just been used up and when a look whether more is borne has just failed.
 */
const FALLS = 8.25;
const RISES = 19.5;
const ENDS = 31;
const MOST = { down: 2, up: 10 };
const THROTTLES = ['sliding-window', 'fixed-window', 'token-bucket'] as const;
const JOBS = 260;

interface Row {
  readonly throttle: Scenario['throttle'];
  /** Windows from the change on until no more, and as many, calls go as the API bears; null = not in the time. */
  readonly down: number | null;
  readonly up: number | null;
  /** The same under a limit that does not grow. */
  readonly steadyUp: number | null;
  readonly calls: number;
  readonly refused: number;
}

/** How soon the pacer follows an API whose limit changes, with work waiting all the while. */
export async function benchChangingLimit(): Promise<Section> {
  const rows: Row[] = [];
  for (const throttle of THROTTLES) {
    const { up: steadyUp } = await run(throttle, { limit: BEARS.high, ...NO_GROWTH });
    rows.push({ throttle, ...(await run(throttle, {})), steadyUp });
  }
  const text = renderTable(
    `An API that bears ${BEARS.high}/min, after ${FALLS} windows ${BEARS.low}, after ${RISES} again ${BEARS.high}; told 6`,
    [
      { head: 'throttle', cell: ({ throttle }) => throttle },
      { head: 'down', cell: ({ down }) => show(down), meaning: `windows until no more than ${BEARS.low} go` },
      { head: 'up', cell: ({ up }) => show(up), meaning: `windows until ${BEARS.high} go again` },
      {
        head: 'without growth',
        cell: ({ steadyUp }) => show(steadyUp),
        meaning: `the same where only time raises the limit, told ${BEARS.high}: one call each 30 windows`,
      },
      { head: 'calls', cell: ({ calls }) => calls, meaning: `in ${ENDS} windows` },
      {
        head: '429',
        cell: ({ refused }) => refused,
        meaning: 'of them: the fall, and each look whether more is borne',
      },
    ],
    rows,
  );
  return { name: 'changingLimit', rows, text, limits: rows.flatMap(limitsOf) };
}

async function run(throttle: Row['throttle'], paced: Partial<PacerRules>): Promise<Omit<Row, 'throttle' | 'steadyUp'>> {
  const rules = { ...DEFAULT_PACER_RULES, limit: 6, ...paced };
  const settings = { kind: throttle, requests: BEARS.high, windowMs: WINDOW_MS };
  const scene = await createScene({ fake: { throttle: settings }, rules });
  try {
    const begun = scene.time.now();
    const windows = () => (scene.time.now() - begun) / WINDOW_MS;
    const limits: { readonly at: number; readonly limit: number }[] = [];
    const store: PacerStore = {
      read: async (endpoint) => {
        scene.fake.throttle.requests = windows() >= FALLS && windows() < RISES ? BEARS.low : BEARS.high;
        return scene.store.read(endpoint);
      },
      save: async (endpoint, window) => {
        limits.push({ at: windows(), limit: currentLimit(window, rules) });
        return scene.store.save(endpoint, window);
      },
    };
    for (let job = 0; job < JOBS; job++) await scene.observe(scene.addJob(1).id);
    await drain(scene.deps({ pacerStore: store }), 'bench', Math.min(begun + ENDS * WINDOW_MS, inAnHour(scene)));
    const since = (change: number, until: number, is: (limit: number) => boolean) => {
      const found = limits.find(({ at, limit }) => at >= change && at < until && is(limit));
      return found === undefined ? null : round(found.at - change, 2);
    };
    const { calls } = scene.fake;
    return {
      down: since(FALLS, RISES, (limit) => limit <= BEARS.low),
      up: since(RISES, ENDS, (limit) => limit >= BEARS.high),
      calls: calls.count({ keyKind: 'admin' }),
      refused: calls.count({ keyKind: 'admin', status: 429 }),
    };
  } finally {
    await scene.close();
  }
}

function limitsOf({ throttle, down, up }: Row): readonly Limit[] {
  return [
    { what: `${throttle}: windows to follow a limit down`, is: down ?? ENDS, atMost: MOST.down },
    { what: `${throttle}: windows to follow it up`, is: up ?? ENDS, atMost: MOST.up },
  ];
}

function show(windows: number | null): string {
  return windows === null ? `> ${Math.floor(ENDS - RISES)}` : windows.toFixed(2);
}
