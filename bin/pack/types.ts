import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An import of a file beside it. TypeScript leaves the ending in declarations as it is in the source. */
const IMPORT = /(?<=from ')(\.{1,2}\/[^']+)\.ts(?=')/g;

/**
 * Writes the declarations of `lib/index.ts` and of what these name into `folder`: those of other files say what nobody can
 * import. They count as CommonJS's, which apps of either kind can import, as the code beside them.
 */
export function packTypes(root: string, folder: string): void {
  const all = mkdtempSync(join(tmpdir(), 'sharing-types-'));
  try {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status } = spawnSync(process.execPath, [tsc, '--project', 'tsconfig.types.json', '--outDir', all], {
      cwd: root,
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error('TypeScript could not write the declarations of lib/index.ts.');
    const names = ['lib/index.d.ts'];
    for (const name of names) {
      const text = readFileSync(join(all, name), 'utf8');
      const named = [...text.matchAll(IMPORT)].map(([, path = '']) => join(dirname(name), `${path}.d.ts`));
      names.push(...named.filter((each) => !names.includes(each)));
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text.replace(IMPORT, '$1.js'));
    }
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  } finally {
    rmSync(all, { recursive: true });
  }
}
