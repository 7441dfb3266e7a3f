import { dueOf } from '../../lambdas/core/checkpoint/due.ts';
import type { Violation } from './engine/judge.ts';
import { handleMore, resumeAll } from './functions/by-hand.ts';
import { receiveAt, startLooks } from './functions/observe.ts';
import { COMMANDS, startCommand } from './functions/operator.ts';
import { delaysOf, startReconcile } from './functions/reconcile.ts';
import { startShare } from './functions/share.ts';
import { checkEnd } from './invariants/end.ts';
import { handleSome, interfere, meddle, nudge, purge, wish } from './people.ts';
import { NO_SABOTAGE, type Sabotage } from './sabotage/sabotage.ts';
import { World } from './world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** After the storm: what is left out is tried again a day later, and what has vanished is looked at again an hour after that. */
const CALM_MS = DAY + 140 * MINUTE;
const PATIENCE_MS = 3 * 60 * MINUTE;
/** Sweeps after the storm, counted from its end. */
const CALM_SWEEPS = [1, 16, 31, 46].map((minutes) => minutes * MINUTE);
/** A day later: so many that each checkpoint has its turn within the budget for verification. */
const LATE_SWEEPS = Array.from({ length: 8 }, (_, index) => DAY + (20 + 5 * index) * MINUTE);
const LAST_SWEEP_MS = DAY + 60 * MINUTE;
/** They ask each source for the models that OpenAI does not find any more. */
const WITNESS_SWEEPS = [66, 75, 128].map((minutes) => DAY + minutes * MINUTE);
/** Between two sweeps, should a plan wait. */
const CALM_CONFIRMATIONS = [20 * MINUTE, DAY + 23 * MINUTE];
/** And should more have vanished than is believed. */
const CALM_BELIEFS = [50 * MINUTE, ...[58, 78, 125, 132].map((minutes) => DAY + minutes * MINUTE)];
/** A world that is not done after so many events goes round in circles. */
const MOST_EVENTS = 20_000;

export interface Run {
  readonly seed: number;
  /** Null: every invariant held. */
  readonly violation: Violation | null;
  readonly events: number;
  /** Lines for a person: all, or the last ones that changed anything. */
  readonly trace: (count: number | 'all') => readonly string[];
  readonly world: World;
}

/** What starts the functions, each time that something happens which wakes one. */
export interface Functions {
  readonly receiveAt: typeof receiveAt;
  readonly startLooks: typeof startLooks;
  readonly startCommand: typeof startCommand;
  readonly startReconcile: typeof startReconcile;
  readonly startShare: typeof startShare;
}

const OURS: Functions = { receiveAt, startLooks, startCommand, startReconcile, startShare };

/**
 * Plays one seed's world to its end, or to the first invariant that does not hold. Where there are `others`, of another commit, every
 * function that starts is of one or the other.
 */
export async function simulate(seed: number, sabotage: Sabotage = NO_SABOTAGE, others?: Functions): Promise<Run> {
  const functionsOf = (world: World) => (others !== undefined && world.draw.chance(0.5) ? others : OURS);
  const world = new World(seed, sabotage, (there, at) => functionsOf(there).receiveAt(there, at));
  // An earlier version takes a list with an entry that it cannot read for no list, which its port cannot be told.
  world.openai.isLegible = others !== undefined;
  const { scheduler, scenario, judge } = world;
  const calmFrom = scenario.start + scenario.chaosMs;
  scheduleEvents(world, calmFrom, () => functionsOf(world));
  const isOver = () => {
    if (judge.violation !== null || isAtRest(world, calmFrom + CALM_MS)) return true;
    if (scheduler.now > calmFrom + CALM_MS + PATIENCE_MS || scheduler.fired > MOST_EVENTS) {
      judge.violated('it comes to rest', `${scheduler.fired} events, ${world.running.size} functions at work`);
    }
    return judge.violation !== null;
  };
  await scheduler.run(isOver);
  if (judge.violation === null) await checkEnd(world);
  const { violation } = judge;
  return { seed, violation, events: scheduler.fired, trace: (count) => world.trace.format(count), world };
}

type Next = () => Functions;

function scheduleEvents(world: World, calmFrom: number, next: Next): void {
  const { scheduler, scenario, queue, draw } = world;
  const { start, storm } = scenario;
  for (const { source, jobId, webhookAt } of scenario.jobs) {
    if (webhookAt === null) continue;
    scheduler.at(webhookAt, () => {
      for (const delayMs of delaysOf(world)) queue.put({ source, jobId, webhookAt: scheduler.now }, delayMs);
    });
  }
  tick(world, start + draw.int(0, MINUTE), next);
  if (scenario.weather.factsLag !== null) look(world, start + 5 * MINUTE, next);
  if (scenario.isSwept) sweep(world, start + draw.int(0, scenario.sweepEveryMs), next);
  for (const ms of [...CALM_SWEEPS, ...LATE_SWEEPS, ...WITNESS_SWEEPS]) {
    scheduler.at(calmFrom + ms, () => (scenario.isSwept ? next().startReconcile(world) : queue.redrive()));
  }
  if (scenario.isSwept)
    scheduler.at(calmFrom + LAST_SWEEP_MS, () => next().startReconcile(world, { verifyAll: scenario.isVerified }));
  for (const ms of CALM_CONFIRMATIONS) {
    if (scenario.isConfirmed) scheduler.at(calmFrom + ms, () => next().startCommand(world, 'confirm'));
  }
  for (const ms of CALM_BELIEFS) scheduler.at(calmFrom + ms, () => next().startCommand(world, 'believe'));
  const { purgeAt } = scenario.weather;
  if (purgeAt !== null) scheduler.at(purgeAt, () => purge(world));
  for (const at of scenario.interferences) scheduler.at(at, () => interfere(world));
  for (const at of scenario.commands) scheduler.at(at, () => next().startCommand(world, draw.pick(COMMANDS)));
  for (const at of scenario.wishes) scheduler.at(at, () => wish(world));
  for (const at of scenario.handling) scheduler.at(at, () => handleSome(world));
  for (const at of scenario.widerHandling) scheduler.at(at, () => handleMore(world));
  world.watch.onStored = (record) => nudge(world, record);
  world.watch.onGranted = (permission) => meddle(world, permission);
  if (storm.keyTrouble) {
    scheduler.at(start + draw.int(0, scenario.chaosMs), () => {
      world.openai.isKeyGood = false;
    });
  }
  scheduler.at(calmFrom, () => {
    world.isCalm = true;
    world.openai.isKeyGood = true;
    world.trace.add('world', 'it is calm from here on');
    if (scenario.widerHandling.length > 0) resumeAll(world);
  });
}

/** Every minute; once it is calm, only when there is something to do. */
function tick(world: World, at: number, next: Next): void {
  const { scheduler, scenario, draw } = world;
  scheduler.at(at, () => {
    const due = nextDueAt(world);
    const isNeeded = !world.isCalm || due <= scheduler.now;
    if (isNeeded && !world.strikes(scenario.storm.loss / 4)) {
      next().startShare(world);
      if (world.strikes(scenario.storm.duplicate)) scheduler.after(draw.int(0, 2_000), () => next().startShare(world));
    }
    const idle = world.isCalm ? Math.min(due - scheduler.now, 10 * MINUTE) : 0;
    tick(world, at + Math.max(1, Math.ceil(idle / MINUTE)) * MINUTE, next);
  });
}

function sweep(world: World, at: number, next: Next): void {
  const { scheduler, scenario } = world;
  scheduler.at(at, () => {
    if (world.isCalm) return;
    if (!world.strikes(scenario.storm.loss / 4)) next().startReconcile(world, { verifyAll: world.draw.chance(0.1) });
    sweep(world, at + scenario.sweepEveryMs, next);
  });
}

/** Every five minutes, where OpenAI tells something late; once it is calm, the sweeps do the same. */
function look(world: World, at: number, next: Next): void {
  world.scheduler.at(at, () => {
    if (world.isCalm) return;
    if (!world.strikes(world.scenario.storm.loss / 4)) next().startLooks(world);
    look(world, at + 5 * MINUTE, next);
  });
}

function nextDueAt({ watch }: World): number {
  return Math.min(...[...watch.records.values()].map((record) => dueOf(record)?.at ?? Number.POSITIVE_INFINITY));
}

function isAtRest(world: World, from: number): boolean {
  if (world.scheduler.now < from || world.running.size > 0 || world.queue.size > 0) return false;
  const underWay = new Set(['pending', 'unknown', 'revoking']);
  const rows = [...world.watch.records.values()].flatMap(({ permissions }) => Object.values(permissions));
  return rows.every(({ state }) => !underWay.has(state));
}
