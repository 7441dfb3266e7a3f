import type { z } from 'zod';
import type { Finding, Path } from './mistake.ts';

type Issue = z.core.$ZodIssue;

/** What the schema has to say, one finding a mistake, and the first one only where several concern the same value. */
export function explain(issues: readonly Issue[]): Finding[] {
  const seen = new Set<string>();
  return issues
    .flatMap((issue) => findingsOf(issue, []))
    .filter(({ path }) => {
      const place = JSON.stringify(path);
      return !seen.has(place) && seen.add(place);
    });
}

function findingsOf(issue: Issue, parent: Path): Finding[] {
  const path = [...parent, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys.map((key, i) => ({ path: [...path, key], at: 'key', message: messages[i] ?? issue.message }));
  }
  if (issue.code === 'invalid_union') {
    const meant = branchMeant(issue.errors);
    if (meant) return meant.flatMap((inner) => findingsOf(inner, path));
  }
  return [{ path, at: 'value', message: issue.message }];
}

/**
 * The alternative that the person most likely meant: of those that are of the right kind, the one with the fewest
 * mistakes. Undefined when none or several are as likely; then the message for all of them together serves better.
 */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ofRightKind = branches
    .filter((issues) => issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'))
    .sort((a, b) => a.length - b.length);
  const [first, second] = ofRightKind;
  return first && first.length < (second?.length ?? Number.POSITIVE_INFINITY) ? first : undefined;
}
