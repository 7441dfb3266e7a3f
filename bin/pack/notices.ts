import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package that a file belongs to, as a folder; of packages within packages the inner one. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The licences of all packages that these files are of. Most ask for their text wherever their code goes. */
export function notices(root: string, files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []));
  const texts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const licence = readdirSync(join(root, folder)).find((file) => /^licen[cs]e/i.test(file));
    const text = licence === undefined ? '' : `\n${readFileSync(join(root, folder, licence), 'utf8').trim()}\n`;
    return `${name} ${version}, ${license}\n${text}`;
  });
  return `What is bundled in this package, each under its own licence.\n\n${texts.sort().join(`\n${'-'.repeat(80)}\n\n`)}`;
}
