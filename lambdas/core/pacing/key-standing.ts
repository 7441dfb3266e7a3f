import type { Rests } from '../model/rests.ts';

/** What is refused in a row before the key rests. */
const MANY = 3;

/** What a refusal is worth: all, little while it is the `only` one, less while it is one of `several`, nothing of `many`. */
export type Worth = 'believed' | 'only' | 'several' | 'many';

/** Checkpoints or projects were refused to a key that nobody can tell whose it is. */
export function noteRefused(before: Rests, names: readonly string[], keyMark: string | null, now: number): Rests {
  const rests = ofKey(before, keyMark);
  const { standing = { isOurs: false, refused: [], since: now } } = rests;
  const refused = [...new Set([...standing.refused, ...names])].slice(0, MANY);
  const isKnown = rests.standing !== undefined && (standing.isOurs || refused.length === standing.refused.length);
  return isKnown ? rests : { ...rests, standing: { ...standing, refused } };
}

export function worthOf({ standing }: Rests): Worth {
  if (standing === undefined || standing.isOurs) return 'believed';
  if (standing.refused.length >= MANY) return 'many';
  return standing.refused.length > 1 ? 'several' : 'only';
}

/** It was shown something of ours, or let change it: what is refused to it from now on is meant as it is said. */
export function noteOurs(rests: Rests): Rests {
  const { standing } = rests;
  return standing === undefined || standing.isOurs
    ? rests
    : { ...rests, standing: { ...standing, isOurs: true, refused: [] } };
}

/** Whether so much was refused to it that it may not be ours. */
export function isKeyDoubted(rests: Rests): boolean {
  return worthOf(rests) === 'several' || worthOf(rests) === 'many';
}

/** Since when what is refused may be meant for the key; null while nothing is. */
export function doubtedSince({ standing }: Rests): number | null {
  return standing === undefined || standing.isOurs ? null : standing.since;
}

/** The rests, as those of this key: how another one stands says nothing of it. */
export function ofKey(rests: Rests, keyMark: string | null): Rests {
  if (rests.keyMark === keyMark) return rests;
  const { standing: _, ...others } = rests;
  return { ...others, keyMark };
}
