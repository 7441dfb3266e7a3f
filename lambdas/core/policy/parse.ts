import { explain } from './explain.ts';
import type { Mistake } from './mistake.ts';
import type { Policy } from './policy.ts';
import { readYaml } from './read-yaml.ts';
import { checkReferences } from './references.ts';
import { resolvePolicy } from './resolve.ts';
import { policyFile } from './schema.ts';

export { formatMistakes, type Mistake } from './mistake.ts';

export type Parsed = { readonly policy: Policy } | { readonly mistakes: readonly Mistake[] };

const EMPTY: Mistake = {
  line: 1,
  column: 1,
  path: '',
  message: 'the file is empty: begin with version: 1 and projects',
};

/** Reads the text of a `sharing.yaml` (YAML or JSON). All mistakes at once, in the order of the file; never throws. */
export function parsePolicy(text: string): Parsed {
  const file = readYaml(text);
  if (file.value === null) return { mistakes: file.mistakes.length > 0 ? file.mistakes : [EMPTY] };
  if (file.value === undefined) return { mistakes: inOrder(file.mistakes) };

  const shape = policyFile.safeParse(file.value);
  const findings = shape.success ? [] : explain(shape.error.issues);
  const paths = new Set(findings.map(({ path }) => JSON.stringify(path)));
  const further = checkReferences(file.value).filter(({ path }) => !paths.has(JSON.stringify(path)));
  const mistakes = [...file.mistakes, ...[...findings, ...further].map(file.place)];
  return shape.success && mistakes.length === 0
    ? { policy: resolvePolicy(shape.data) }
    : { mistakes: inOrder(mistakes) };
}

function inOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column || (a.message < b.message ? -1 : 1));
}
