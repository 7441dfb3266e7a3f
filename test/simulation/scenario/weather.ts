import { Draw } from '../engine/draw.ts';
import type { SharingCall } from '../openai/api.ts';
import type { JobScenario } from './jobs.ts';

const MINUTE = 60_000;

/** Milliseconds since the epoch. */
export interface Spell {
  readonly from: number;
  readonly until: number;
}

/** What answers in OpenAI's place, or for another organisation, where ours is not to be found. */
export interface Elsewhere {
  readonly lists: 'not-found' | 'empty' | 'forbidden';
  readonly posts: 'not-found' | 'unknown-project' | 'forbidden';
  /** `refused`, `forbidden`: nobody can tell; `denied`: it has none of our projects. */
  readonly projects: 'known' | 'refused' | 'forbidden' | 'denied';
  readonly models: 'shown' | 'hidden';
  /** What else reaches OpenAI all the same. */
  readonly calls: readonly SharingCall[];
}

/** How long OpenAI takes to tell all of a job that it says has succeeded. */
export interface FactsLag {
  readonly modelMs: number;
  readonly checkpointsMs: number;
  readonly metricsMs: number;
}

/** Answers that are wrong, come from the wrong place, or mean something else than their status says. They pass with the storm. */
export interface Weather {
  readonly elsewhere: { readonly answers: Elsewhere; readonly spells: readonly Spell[] } | null;
  /** A 403 to whatever is asked of one checkpoint. */
  readonly forbidden: (Spell & { readonly checkpoint: string }) | null;
  readonly quota: Spell | null;
  readonly caller: (Spell & { readonly why: 'address' | 'gateway' }) | null;
  readonly scope: (Spell & { readonly calls: readonly SharingCall[] }) | null;
  /** OpenAI has lost a model, whoever asks for it: until some time after the storm, so that it is taken for gone. */
  readonly outage: (Spell & { readonly checkpoint: string }) | null;
  /** Somebody deletes most of the models at once. */
  readonly purgeAt: number | null;
  readonly factsLag: FactsLag | null;
  /** Rules take the best checkpoint, by a metric that may come late. */
  readonly isByMetric: boolean;
  /** People had shared checkpoints by hand long before the ledger heard of them. */
  readonly isSharedBefore: boolean;
  /** The ledger is too large to be looked at at once: a full pass goes through it page by page. */
  readonly isPaged: boolean;
  /** While the storm lasts, a sweep has so little time: a full pass goes on over several, and the policy may change meanwhile. */
  readonly sweepMs: number | null;
  /** Lists show what these projects have in a form that nobody can read. */
  readonly unread: (Spell & { readonly projectIds: readonly string[] }) | null;
  /** Nothing tells a sweep of what has changed: only a full pass finds it. */
  readonly isUntraced: boolean;
  /** Once all is shared, each rule loses all of its targets but one, and what they had is pruned: mostly too much at once. */
  readonly isNarrowed: boolean;
}

/** To the key of another organisation nothing of ours is there; a gateway may hide the one and show the other. */
const ELSEWHERE: readonly Pick<Elsewhere, 'projects' | 'models'>[] = [
  { projects: 'denied', models: 'shown' },
  { projects: 'denied', models: 'shown' },
  { projects: 'known', models: 'shown' },
  { projects: 'refused', models: 'shown' },
  { projects: 'denied', models: 'hidden' },
];

const ALL = ['create', 'list', 'delete', 'audit'] as const;
const HIDDEN: readonly (readonly SharingCall[])[] = [ALL, ['list'], ['delete'], ['delete', 'list']];
const SCOPES: readonly (readonly SharingCall[])[] = [['list'], ['list', 'project'], ['project']];

interface Times {
  readonly targets: readonly string[];
  readonly start: number;
  readonly chaosMs: number;
  readonly isSwept: boolean;
  readonly jobs: readonly JobScenario[];
}

/** Drawn beside all else, so that a world without it is as it was. */
export function drawWeather(seed: number, { targets, start, chaosMs, isSwept, jobs }: Times): Weather {
  const draw = new Draw(seed + 2_000_003);
  const spell = (): Spell => {
    const from = start + draw.int(0, (chaosMs * 3) / 4);
    return { from, until: Math.min(start + chaosMs, from + draw.int(MINUTE, chaosMs)) };
  };
  const now = <T>(chance: number, one: () => T): T | null => (draw.chance(chance) ? one() : null);
  const succeeded = jobs.filter(({ ending }) => ending === 'succeeded');
  const checkpoint = () => draw.pick(draw.pick(succeeded.length > 0 ? succeeded : jobs).checkpoints).checkpoint;
  const weather = {
    elsewhere: now(0.2, () => {
      const place = draw.pick(ELSEWHERE);
      // An empty list is believed of a key that is ours.
      const lists = place.projects === 'denied' ? draw.pick(['not-found', 'empty'] as const) : 'not-found';
      const calls = place.projects === 'known' ? draw.pick(HIDDEN) : ALL;
      const answers = { ...place, lists, posts: draw.pick(['not-found', 'unknown-project'] as const), calls };
      return { answers, spells: Array.from({ length: draw.int(1, 3) }, spell) };
    }),
    forbidden: now(0.08, () => ({ ...spell(), checkpoint: checkpoint() })),
    quota: now(0.08, spell),
    caller: now(0.05, () => ({ ...spell(), why: draw.pick(['address', 'gateway'] as const) })),
    scope: now(0.05, () => ({ ...spell(), calls: draw.pick(SCOPES) })),
    outage: now(0.08, () => ({
      from: start + draw.int(chaosMs / 2, chaosMs),
      until: start + chaosMs + 50 * MINUTE,
      checkpoint: checkpoint(),
    })),
    // There has to be something that can vanish.
    purgeAt: now(0.08, () => start + chaosMs - draw.int(0, MINUTE)),
    // Without a sweep nobody looks again.
    factsLag: isSwept ? now(0.15, () => drawFactsLag(draw)) : null,
    isByMetric: draw.chance(0.1),
    isSharedBefore: draw.chance(0.3),
  };
  // Last, so that the worlds without it are as they were.
  return {
    ...weather,
    elsewhere: weather.elsewhere ?? now(0.3, () => drawUntold(draw, spell)),
    isPaged: draw.chance(0.5),
    isUntraced: draw.chance(0.15),
    sweepMs: now(0.4, () => draw.int(200, 4_000)),
    isNarrowed: draw.chance(0.1),
    unread: now(0.2, () => ({
      from: start,
      until: start + chaosMs + draw.int(0, 50 * MINUTE),
      projectIds: targets.filter(() => draw.chance(0.6)),
    })),
  };
}

/** Nobody can tell whose key it is, or whether it is OpenAI that answers. */
function drawUntold(draw: Draw, spell: () => Spell): NonNullable<Weather['elsewhere']> {
  const answers: Elsewhere = {
    projects: draw.pick(['refused', 'forbidden'] as const),
    models: 'shown',
    lists: draw.pick(['not-found', 'empty', 'empty', 'forbidden'] as const),
    posts: draw.pick(['not-found', 'unknown-project', 'forbidden'] as const),
    // What empties lists only is what can have a call made twice.
    calls: draw.pick([ALL, ['list'], ['list'], ['delete', 'list']]),
  };
  return { answers, spells: Array.from({ length: draw.int(1, 3) }, spell) };
}

function drawFactsLag(draw: Draw): FactsLag {
  const lag = () => draw.pick([0, draw.int(1, 2 * MINUTE), draw.int(1, 20 * MINUTE)]);
  return { modelMs: lag(), checkpointsMs: lag(), metricsMs: lag() };
}

/** Whether it was so at a time. */
export function isDuring(spell: Spell | null, at: number): boolean {
  return spell !== null && spell.from <= at && at < spell.until;
}
