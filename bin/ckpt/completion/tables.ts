import type { Place, Values } from './describe.ts';
import { flagsOf, type Taking } from './flags.ts';

/** A word to choose, and what it means. */
export interface Choice {
  readonly word: string;
  readonly description: string;
}

/** One function of a script: does what stands behind the first pattern that fits. */
export interface Table {
  readonly about: string;
  readonly name: 'enter' | 'commands' | 'options' | 'flag' | 'argument';
  /** What the patterns are held against: the first argument, the second, or both with a colon between them. */
  readonly by: 'place' | 'word' | 'place:word';
  readonly rows: readonly { readonly patterns: readonly Pattern[]; readonly action: string }[];
  readonly otherwise: string;
}

export interface Pattern {
  readonly text: string;
  /** Whether anything may follow. */
  readonly open: boolean;
}

/** How a shell says these things. */
export interface Dialect {
  table(table: Table): string;
  goTo(place: string): string;
  readonly goNowhere: string;
  choose(choices: readonly Choice[]): string;
  offer(values: Values): string;
  take(taking: Taking): string;
  /** What to do at some places, and at all others. */
  byPlace(cases: readonly { readonly place: string; readonly action: string }[], otherwise: string): string;
}

const ANYTHING: Values = { kind: 'anything' };

/** All that a script knows of the program, as functions of its shell. */
export function writeTables(places: readonly Place[], dialect: Dialect): string {
  const tables: readonly Table[] = [
    {
      about: 'Goes to the place to which a word leads from another; fails where it leads nowhere.',
      name: 'enter',
      by: 'place:word',
      rows: places.flatMap(({ name, commands }) =>
        commands.map(({ names, place }) => ({
          patterns: names.map((each) => exactly(`${name}:${each}`)),
          action: dialect.goTo(place),
        })),
      ),
      otherwise: dialect.goNowhere,
    },
    {
      about: 'The commands at a place.',
      name: 'commands',
      by: 'place',
      rows: choicesBy(dialect, places, ({ commands }) =>
        commands.map(({ names: [word = ''], description }) => ({ word, description })),
      ),
      otherwise: dialect.choose([]),
    },
    {
      about: 'The options at a place.',
      name: 'options',
      by: 'place',
      rows: choicesBy(dialect, places, ({ options }) =>
        options.flatMap(({ flags, description }) => flags.map((word) => ({ word, description }))),
      ),
      otherwise: dialect.choose([]),
    },
    {
      about: 'What a flag takes at a place.',
      name: 'flag',
      by: 'word',
      rows: flagsOf(places).map(({ flag, exceptions, elsewhere }) => ({
        patterns: [exactly(flag)],
        action: dialect.byPlace(
          exceptions.map(({ place, taking }) => ({ place, action: dialect.take(taking) })),
          dialect.take(elsewhere),
        ),
      })),
      otherwise: dialect.take({ takes: 'none', values: ANYTHING }),
    },
    {
      about: 'What stands at a place for its first argument (0), its second …',
      name: 'argument',
      by: 'place:word',
      rows: places.flatMap(({ name, arguments: given }) =>
        given.map(({ repeats, values }, index) => ({
          patterns: [repeats ? { text: `${name}:`, open: true } : exactly(`${name}:${index}`)],
          action: dialect.offer(values),
        })),
      ),
      otherwise: dialect.offer(ANYTHING),
    },
  ];
  return tables.map((table) => dialect.table(table)).join('\n');
}

function choicesBy(dialect: Dialect, places: readonly Place[], choicesAt: (place: Place) => readonly Choice[]) {
  return places.flatMap((place) => {
    const choices = choicesAt(place);
    return choices.length === 0 ? [] : [{ patterns: [exactly(place.name)], action: dialect.choose(choices) }];
  });
}

function exactly(text: string): Pattern {
  return { text, open: false };
}
