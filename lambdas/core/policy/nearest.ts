/**
 * The candidate that a mistyped word most likely stands for; undefined when none is near. Upper and lower case, `-` and
 * `_` count for nothing, so that `base_model` is near `baseModel`.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  // Longer than any key or alias: not a typing error, and the comparison takes length × length steps.
  if (word.length > 100) return undefined;
  const near = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(bare(word), bare(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}

function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s]/g, '');
}

/** Insertions, deletions and replacements of one character, and exchanges of two neighbours (Damerau-Levenshtein). */
function distanceOf(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const exchanged = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? i) + 1 : replaced;
      next.push(Math.min(replaced, exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
