/**
 * Whether the whole text fits the glob: `*` stands for any characters or none, `?` for exactly one, everything else for
 * itself, upper and lower case told apart. Only the last `*` is ever taken back, so the work is at most
 * pattern × text, where a regular expression made of the same pattern can take exponentially long.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const pattern = Array.from(glob);
  const characters = Array.from(text);
  let at = 0;
  let star = -1;
  let starTook = 0;
  for (let i = 0; i < characters.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      starTook = i;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === characters[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++starTook;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
