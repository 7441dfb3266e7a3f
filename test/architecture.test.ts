import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** File → the files that it imports, types included. */
type Graph = ReadonlyMap<string, readonly string[]>;

/** What may import another file of the house: `import … from`, `export … from`, `import('…')`, `import '…'`. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

function readGraph(...patterns: readonly string[]): Graph {
  const files = globSync(patterns as string[], { cwd: ROOT });
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return [file, [...text.matchAll(IMPORT)].map(([, path = '']) => resolve('/', dirname(file), path).slice(1))];
    }),
  );
}

/** The files from which a way of imports leads back to themselves. */
function inCircles(graph: Graph): readonly string[] {
  const reaches = (file: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const left = [...(graph.get(file) ?? [])];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      left.push(...(graph.get(next) ?? []));
    }
    return seen;
  };
  return [...graph.keys()].filter((file) => reaches(file).has(file));
}

describe('the imports of the source', () => {
  it('go in no circle, not even for types', () => {
    const graph = readGraph('{bin,lib,lambdas,page}/**/*.{ts,tsx,js}');
    expect(graph.get('lambdas/share/handler.ts')).toContain('lambdas/share/wire.ts');
    expect(inCircles(graph)).toEqual([]);
  });

  it('are seen to go in one by what looks for it', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
      ['e', ['e']],
    ]);
    expect(inCircles(graph)).toEqual(['a', 'b', 'c', 'e']);
  });
});
