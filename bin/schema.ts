import { readFile, writeFile } from 'node:fs/promises';
import { policyJsonSchema } from '../lambdas/core/policy/schema.ts';

/** Writes `sharing.schema.json`; with `--check` it only fails where the file is not what it would write. */
const file = new URL('../sharing.schema.json', import.meta.url);
const current = `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, current);
  console.log('sharing.schema.json is written.');
} else if ((await readFile(file, 'utf8').catch(() => '')) === current) {
  console.log('sharing.schema.json is current.');
} else {
  console.error('sharing.schema.json is not what the schema says: run "npm run schema" and commit the file.');
  process.exitCode = 1;
}
