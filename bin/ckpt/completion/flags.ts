import { isDeepStrictEqual } from 'node:util';
import type { Count, DescribedOption, Place } from './describe.ts';

/** What stands behind a flag. */
export type Taking = Pick<DescribedOption, 'takes' | 'values'>;

/** One flag, wherever it stands. */
export interface Flag {
  readonly flag: string;
  /** Places in which it means something else than anywhere else. */
  readonly exceptions: readonly { readonly place: string; readonly taking: Taking }[];
  /** Also where it stands before the command that it belongs to. */
  readonly elsewhere: Taking;
}

/** Before its command's name a flag is taken for the one that takes the most: a name then ends it, whichever it is. */
const MOST_FIRST: readonly Count[] = ['many', 'any', 'one', 'some'];

/** Every flag that takes a value, and what each of them takes where. */
export function flagsOf(places: readonly Place[]): readonly Flag[] {
  const uses = places.flatMap(({ name, options }) =>
    options.flatMap(({ flags, takes, values }) =>
      flags.map((flag) => ({ flag, place: name, taking: { takes, values } })),
    ),
  );
  return [...Map.groupBy(uses, ({ flag }) => flag)].flatMap(([flag, all]) => {
    const elsewhere = MOST_FIRST.flatMap((count) => all.find(({ taking }) => taking.takes === count)?.taking ?? [])[0];
    if (elsewhere === undefined) return [];
    const exceptions = all
      .filter(({ taking }) => !isDeepStrictEqual(taking, elsewhere))
      .map(({ place, taking }) => ({ place, taking }));
    return [{ flag, exceptions, elsewhere }];
  });
}
