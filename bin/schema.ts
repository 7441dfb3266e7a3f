import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { policyJsonSchema } from '../lambdas/core/policy/schema.ts';
import { metricsDocument } from '../lambdas/shared/contract/metrics.ts';
import { EVENT_SCHEMAS_FOLDER, publishedEventFiles, publishedFiles, SCHEMAS_FOLDER } from './ckpt/published.ts';
import { policyTypes } from './policy-types.ts';

/**
 * Writes the policy's schema and types, `schemas/ckpt`, `schemas/events` and `docs/metrics.md`; with `--check` it only fails where
 * a file is not what it would write.
 */
const root = new URL('../', import.meta.url);
const folders = new Map([
  [SCHEMAS_FOLDER, publishedFiles()],
  [EVENT_SCHEMAS_FOLDER, publishedEventFiles()],
]);
const files = new Map([
  ['sharing.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`],
  ['docs/metrics.md', metricsDocument()],
  ['lib/policy-types.ts', policyTypes(policyJsonSchema())],
  ...[...folders].flatMap(([folder, published]) =>
    [...published].map(([name, text]) => [`${folder}/${name}`, text] as const),
  ),
]);
const namesIn = async (folder: string) => {
  const names = await readdir(new URL(`${folder}/`, root)).catch(() => []);
  return names.map((name) => `${folder}/${name}`);
};
const there = (await Promise.all([...folders.keys()].map(namesIn))).flat();
const leftOver = there.filter((name) => !files.has(name));

if (process.argv.includes('--check')) {
  const texts = [...files].map(async ([name, text]) => {
    return (await readFile(new URL(name, root), 'utf8').catch(() => null)) === text ? [] : [name];
  });
  const stale = [...(await Promise.all(texts)).flat(), ...leftOver];
  for (const name of stale) console.error(`${name} is not what the schemas say: run "npm run schema" and commit it.`);
  if (stale.length === 0) console.log(`${files.size} files are current.`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const folder of folders.keys()) await mkdir(new URL(`${folder}/`, root), { recursive: true });
  for (const [name, text] of files) await writeFile(new URL(name, root), text);
  for (const name of leftOver) await rm(new URL(name, root));
  console.log(
    `${files.size} files are written: the policy's schema and types, docs/metrics.md, ${[...folders.keys()].join(' and ')}.`,
  );
}
