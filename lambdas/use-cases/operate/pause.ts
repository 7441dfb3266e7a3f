import { otherEvent } from '../../core/events/checkpoint-event.ts';
import type { LedgerEvent } from '../../core/events/event.ts';
import { shortened } from '../../core/model/bytes.ts';
import type { Pause, PauseWord } from '../../core/pause/pause.ts';
import { sourcesOf } from '../../core/policy/policy.ts';
import { changeState, readState } from '../change.ts';
import type { Command } from './deps.ts';
import { type CommandDeps, wakeShare } from './deps.ts';
import { unknownName } from './list.ts';
import { BadRequestError } from './problem.ts';
import { pauseStatus } from './source-status.ts';

/** Bytes of a reason that are kept. */
const MOST_WHY = 200;

/** `pause`: rules, sources or everything rest from now on; webhooks go on being recorded. A dry run only tells. */
export const pause: Command<'pause'> = async (deps, { rules, sources, why: sent, dryRun }) => {
  const why = sent === null ? null : shortened(sent, MOST_WHY);
  const { ledger, policy, now, log, author } = deps;
  checkNames(
    'rule',
    rules,
    policy.rules.map(({ name }) => name),
  );
  checkNames(
    'source',
    sources,
    sourcesOf(policy).map(({ alias }) => alias),
  );
  const word: PauseWord = { at: now(), by: author.actor, why };
  const event = eventOf(deps, 'paused', rules, sources, why);
  const change = (state: Pause): Pause => {
    if (rules.length === 0 && sources.length === 0) return { ...state, all: state.all ?? word };
    return {
      ...state,
      rules: { ...of(rules, word), ...state.rules },
      sources: { ...of(sources, word), ...state.sources },
    };
  };
  if (dryRun) return pauseStatus(change(await readState(ledger, 'pause')));
  const paused = await changeState(ledger, 'pause', change, event);
  log.warn('Paused by a person', { rules, sources, why });
  return pauseStatus(paused);
};

/** `resume`: they go on at once, with all that has waited; a dry run only tells. */
export const resume: Command<'resume'> = async (deps, { rules, sources, dryRun }) => {
  const { ledger, reconciler, now, log } = deps;
  const isAll = rules.length === 0 && sources.length === 0;
  const change = (state: Pause): Pause => {
    if (isAll) return { version: state.version, all: null, rules: {}, sources: {} };
    checkPaused('rule', rules, Object.keys(state.rules));
    checkPaused('source', sources, Object.keys(state.sources));
    return { ...state, rules: without(state.rules, rules), sources: without(state.sources, sources) };
  };
  if (dryRun) return pauseStatus(change(await readState(ledger, 'pause')));
  const left = await changeState(ledger, 'pause', change, eventOf(deps, 'resumed', rules, sources, null));
  // Takes up what was set aside; what only waited is due already.
  await reconciler.start({ verifyAll: false, askedAt: now() });
  await wakeShare(deps);
  log.info('Resumed by a person', { rules, sources });
  return pauseStatus(left);
};

function eventOf(
  { author, now, requestId }: CommandDeps,
  act: 'paused' | 'resumed',
  rules: readonly string[],
  sources: readonly string[],
  why: string | null,
): LedgerEvent {
  const named = [...rules.map((rule) => `rule "${rule}"`), ...sources.map((source) => `source ${source}`)];
  const note = [named.join(', ') || 'everything', ...(why === null ? [] : [why])].join(': ');
  return otherEvent(act, note, author, now(), requestId);
}

function checkNames(what: string, names: readonly string[], known: readonly string[]): void {
  for (const name of names) if (!known.includes(name)) throw unknownName(what, name, known);
}

function checkPaused(what: string, names: readonly string[], paused: readonly string[]): void {
  for (const name of names) {
    if (paused.includes(name)) continue;
    throw new BadRequestError(
      `The ${what} ${JSON.stringify(name)} is not paused.`,
      paused.length === 0 ? `No ${what} is: see "ckpt status".` : `Paused are: ${paused.join(', ')}.`,
    );
  }
}

function of(names: readonly string[], word: PauseWord): Record<string, PauseWord> {
  return Object.fromEntries(names.map((name) => [name, word]));
}

function without(words: Pause['rules'], names: readonly string[]): Pause['rules'] {
  return Object.fromEntries(Object.entries(words).filter(([name]) => !names.includes(name)));
}
