/**
 * How a URL differs from the one that was meant, as the end of a sentence; null where it has nothing to do with it.
 * `another host` may be a gateway in front, which is none of AWS's own names.
 */
export function nearMiss(url: string, meant: string): string | null {
  const [given, wanted] = [parse(url), parse(meant)];
  if (given === null || wanted === null || url === meant) return null;
  const [path, wantedPath] = [trimmed(given.pathname), trimmed(wanted.pathname)];
  if (given.host !== wanted.host) {
    if (lastPart(path) !== lastPart(wantedPath)) return null;
    return /\.execute-api\./.test(given.host) ? 'it is that of another stack, or of an earlier one' : 'another host';
  }
  if (given.protocol !== wanted.protocol) return `it begins with ${given.protocol}// instead of ${wanted.protocol}//`;
  if (path === wantedPath) {
    return given.pathname === wanted.pathname ? 'something follows its path' : 'it has a slash too many at its end';
  }
  if (path === parentOf(wantedPath)) return 'the alias of the source is missing at its end';
  if (path.toLowerCase() === wantedPath.toLowerCase()) return 'it is written with capital letters';
  if (parentOf(path) !== parentOf(wantedPath)) return 'it has another path';
  return `it ends in ${lastPart(path)}, which is another source, instead of ${lastPart(wantedPath)}`;
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
