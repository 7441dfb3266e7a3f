import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle, FUNCTIONS, handlerPath } from '../../lib/bundle.ts';
import { CHECKOUT } from '../local-cloud/environment.ts';

const root = mkdtempSync(join(tmpdir(), 'sharing-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const entry = join(root, 'handler.ts');
writeFileSync(join(root, 'old-style.cjs'), "module.exports = { host: () => require('node:os').hostname() };");
writeFileSync(join(root, 'rare.ts'), "export const rare = 'needed seldom';\n");
writeFileSync(
  join(root, 'waiting.ts'),
  "export async function handler(): Promise<string> { return (await import('./rare.ts')).rare; }\n",
);
writeFileSync(
  entry,
  "import old from './old-style.cjs';\nexport async function handler(event: { n: number }): Promise<[number, string]> { return [event.n + 1, old.host()]; }\n",
);

describe('bundle', () => {
  it('makes one module that Lambda can load, CommonJS dependencies included', async () => {
    const outfile = bundle(entry, join(root, 'a'));
    expect(outfile).toBe(join(root, 'a', 'index.mjs'));
    const { handler } = await import(pathToFileURL(outfile).href);
    expect(await handler({ n: 1 })).toEqual([2, expect.any(String)]);
  });

  it('makes the same bytes of the same sources, in any process', () => {
    const script = `import { bundle } from './lib/bundle.ts'; bundle(${JSON.stringify(entry)}, ${JSON.stringify(join(root, 'b'))});`;
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: CHECKOUT });
    expect(readFileSync(join(root, 'b', 'index.mjs')).equals(readFileSync(bundle(entry, join(root, 'c'))))).toBe(true);
  });

  it('leaves what is imported when it is needed to a file that a start does not read', async () => {
    const outfile = bundle(join(root, 'waiting.ts'), join(root, 'e'));
    expect(readdirSync(join(root, 'e'))).toContainEqual(expect.stringMatching(/^rare-\w+\.mjs$/));
    expect(readFileSync(outfile, 'utf8')).not.toContain('needed seldom');
    const { handler } = await import(pathToFileURL(outfile).href);
    expect(await handler()).toBe('needed seldom');
  });

  it('puts the files it is given beside the code, and leaves nothing of an earlier build', () => {
    bundle(entry, join(root, 'd'), { 'policy.json': '{}' });
    expect(readdirSync(join(root, 'd')).sort()).toEqual(['index.mjs', 'policy.json']);
    bundle(entry, join(root, 'd'));
    expect(readdirSync(join(root, 'd'))).toEqual(['index.mjs']);
  });
});

it.each(FUNCTIONS)('the %s function has its handler where the bundler looks for it', (name) => {
  expect(existsSync(handlerPath(name))).toBe(true);
});
