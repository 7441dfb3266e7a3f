import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

function articlesNamedIn(folder: string): readonly string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((name) => {
    const text = readFileSync(join(ROOT, folder, name), 'utf8');
    return [...text.matchAll(/docs\/runbook\.md#([a-z-]+)/g)].map(([, article]) => article ?? '');
  });
}

describe('the articles of the runbook that answers send people to', () => {
  it('are there', () => {
    const named = [...articlesNamedIn('lambdas/use-cases/operate'), ...articlesNamedIn('bin/ckpt')];
    const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');
    const headings = [...runbook.matchAll(/^###? ([a-z-]+)$/gm)].map(([, heading]) => heading);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((article) => !headings.includes(article))).toEqual([]);
  });
});
