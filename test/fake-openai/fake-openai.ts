import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CallLog } from './calls.ts';
import { type Controls, createControls } from './controls.ts';
import { Faults } from './faults.ts';
import { DEFAULT_QUIRKS, type Quirks } from './quirks.ts';
import type { Refusals } from './refusals.ts';
import { createFakeServer } from './server.ts';
import type { Unexpected } from './service.ts';
import { createWorld } from './state/world.ts';
import { DEFAULT_THROTTLE, Throttle, type ThrottleSettings } from './throttle.ts';
import type { Reach } from './webhook.ts';

export interface FakeOpenAIOptions {
  /** What OpenAI's documents leave open; friendly unless told. */
  readonly quirks?: Partial<Quirks>;
  /** Off unless told. */
  readonly throttle?: Partial<ThrottleSettings>;
  /** Milliseconds since the epoch; a test may count virtual time. The machine's clock unless told. */
  readonly now?: () => number;
  /** How a `slow` call waits; in real time unless told. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Other ids, for two fakes in one test. */
  readonly seed?: number;
  /** As it appears in the names of models; `acme` unless told. */
  readonly organization?: string;
  /** By the beginning of a webhook endpoint's URL: how to reach it. As it stands unless told. */
  readonly reach?: Readonly<Record<string, Reach>>;
  /** 0, any free one, unless told. */
  readonly port?: number;
}

/** A running fake. What it holds is changed through the controls, and by whoever calls it. */
export interface FakeOpenAI extends Controls {
  /** The base URL, `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  /** Where identities are exchanged for tokens: below the origin, not below the base URL. */
  readonly tokenUrl: string;
  /** An admin key with all scopes, there from the start. */
  readonly adminKey: string;
  /** Mutable; read at every call. */
  readonly quirks: Quirks;
  /** Mutable; read at every call. */
  readonly throttle: ThrottleSettings;
  readonly faults: Faults;
  readonly refusals: Refusals;
  /** Mutable; the longest prefix that fits is taken. */
  readonly reach: Map<string, Reach>;
  readonly calls: CallLog;
  /** Requests that nothing was prepared for. A test that is well has none. */
  readonly unexpected: readonly Unexpected[];
  /** Forgets what the throttle has counted. */
  resetThrottle(): void;
  /** Tears all connections, hanging ones included. */
  close(): Promise<void>;
}

/** Starts a fake of OpenAI's API on loopback. */
export async function startFakeOpenAI(options: FakeOpenAIOptions = {}): Promise<FakeOpenAI> {
  const { now = Date.now, sleep = delay, seed = 1, organization = 'acme', port = 0 } = options;
  const world = createWorld({ now, seed, organization, quirks: { ...DEFAULT_QUIRKS, ...options.quirks } });
  for (const [prefix, reach] of Object.entries(options.reach ?? {})) world.reach.set(prefix, reach);
  const throttle = new Throttle({ ...DEFAULT_THROTTLE, ...options.throttle }, now);
  const faults = new Faults();
  const calls = new CallLog();
  const unexpected: Unexpected[] = [];
  const server = createFakeServer({ world, throttle, faults, calls, unexpected, sleep });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const controls = createControls(world);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...controls,
    url: `${origin}/v1`,
    tokenUrl: `${origin}/oauth/token`,
    adminKey: controls.addAdminKey().value,
    quirks: world.quirks,
    throttle: throttle.settings,
    faults,
    refusals: world.refusals,
    reach: world.reach,
    calls,
    unexpected,
    resetThrottle: () => throttle.reset(),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
