import type { Policy } from '../../lambdas/core/policy/policy.ts';
import type { Ledger, PacerStore } from '../../lambdas/core/ports/ledger.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../in-memory/pacer-store.ts';
import { withFullRows } from './cloud/full-rows.ts';
import { withLaggingIndex } from './cloud/lagging-ledger.ts';
import { SimulatedQueue } from './cloud/queue.ts';
import { Draw } from './engine/draw.ts';
import { Fates } from './engine/fates.ts';
import { Judge } from './engine/judge.ts';
import { Process } from './engine/process.ts';
import { Scheduler } from './engine/scheduler.ts';
import { Trace } from './engine/trace.ts';
import { Watch } from './invariants/watch.ts';
import { ADMIN_CALL_MS, OpenAI } from './openai/api.ts';
import { Organization } from './openai/organization.ts';
import { shareBefore } from './openai/past.ts';
import type { Sabotage } from './sabotage/sabotage.ts';
import { drawScenario, type Scenario } from './scenario/scenario.ts';

/** One seed's world: OpenAI, the cloud, and the functions at work in it. */
export class World {
  readonly draw: Draw;
  readonly scenario: Scenario;
  readonly sabotage: Sabotage;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly judge: Judge;
  readonly organization: Organization;
  readonly openai: OpenAI;
  readonly watch: Watch;
  readonly ledger: Ledger;
  readonly pacerStore: PacerStore;
  readonly queue: SimulatedQueue;
  isCalm = false;
  /** Functions at work just now. */
  readonly running = new Set<Process>();
  #started = 0;
  readonly #fates: Fates;

  constructor(seed: number, sabotage: Sabotage, onMessage: (world: World, at: number) => void) {
    this.draw = new Draw(seed);
    this.scenario = drawScenario(seed, this.draw);
    this.sabotage = sabotage;
    this.scheduler = new Scheduler(this.scenario.start);
    const now = () => this.scheduler.now;
    this.trace = new Trace(now, this.scenario.start);
    this.judge = new Judge(now);
    this.organization = new Organization(this.scenario, now, this.draw);
    shareBefore(this.organization, this.scenario, seed);
    this.watch = new Watch(this.scenario, this.organization, this.judge, now);
    this.openai = new OpenAI(this.organization, this.scenario, this.draw, now, this.watch);
    const lag = () => this.draw.int(0, this.scenario.indexLagMs);
    // Where there is no sweep, nobody would come back to a row that could not be written.
    const isStormy = () => this.scenario.isSwept && !this.isCalm;
    const ledger = withFullRows(this.watch.ledger(createInMemoryLedger({ actor: 'test', plan: null, now })), {
      seed,
      isStormy,
      now,
    });
    const lagging = withLaggingIndex(ledger, lag, now);
    this.ledger = this.scenario.weather.isUntraced ? { ...lagging, changesSince: async () => [] } : lagging;
    this.pacerStore = this.watch.pacerStore(createInMemoryPacerStore());
    this.queue = new SimulatedQueue(now, (at) => onMessage(this, at));
    this.#fates = new Fates(this.draw, this.scenario.storm, () => this.isCalm, ADMIN_CALL_MS);
  }

  /** The policy that functions which start now are deployed with. */
  get policy(): Policy {
    const deployed = this.scenario.deploys.findLast(({ at }) => at <= this.scheduler.now);
    if (deployed === undefined) throw new Error('Nothing is deployed yet');
    return deployed.policy;
  }

  /** While the storm lasts: whether it strikes. */
  strikes(chance: number): boolean {
    const strikes = this.draw.chance(chance);
    return strikes && !this.isCalm;
  }

  /** Starts a function that has so many milliseconds. `onGone` is called when it has ended or died. */
  start(kind: string, limitMs: number, work: (process: Process) => Promise<void>, onGone: () => void = () => {}): void {
    const { scheduler, trace, scenario } = this;
    const skewMs = this.draw.int(-scenario.skewMs, scenario.skewMs);
    const process = new Process({ scheduler, trace, fates: this.#fates }, `${kind}-${++this.#started}`, skewMs, () => {
      this.running.delete(process);
      onGone();
    });
    this.running.add(process);
    trace.add(process.name, 'starts');
    const isUndisturbed = this.isCalm;
    scheduler.after(limitMs, () => {
      if (process.isAlive && isUndisturbed) this.judge.violated('no function is cut off', process.name);
      process.die('its time is up');
    });
    if (this.strikes(scenario.storm.suddenDeath)) {
      scheduler.after(this.draw.int(0, limitMs / 4), () => process.die('suddenly'));
    }
    work(process).then(
      () => process.end('ends'),
      (error: unknown) => {
        this.watch.onFailure(error);
        process.end('fails', error);
      },
    );
  }
}
