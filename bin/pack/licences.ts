import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that is bundled in this one. */
export interface Brought {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; absent where it names no licence. */
  readonly license?: string;
  /** Of the licence; empty where it comes without. */
  readonly text: string;
}

/** The package that a file belongs to, as a folder; of packages within packages the inner one. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The packages that these files, named from `root`, are of. */
export function packagesOf(root: string, files: readonly string[]): readonly Brought[] {
  const folders = new Set(files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []));
  return [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const licence = readdirSync(join(root, folder)).find((file) => /^licen[cs]e/i.test(file));
    const text = licence === undefined ? '' : readFileSync(join(root, folder, licence), 'utf8').trim();
    return { name, version, license, text };
  });
}

/** What goes along with them: most licences ask for their text wherever their code goes. */
export function notices(packages: readonly Brought[]): string {
  const texts = packages.map(
    ({ name, version, license, text }) => `${name} ${version}, ${license}\n${text && `\n${text}\n`}`,
  );
  return `What is bundled in this package, each under its own licence.\n\n${texts.sort().join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Whoever takes this package, which is MIT, takes on no more than to keep a notice. */
const FITTING = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0'],
  ...['Python-2.0', 'Unlicense'],
];

/** Whether an SPDX expression without nested brackets fits: one of its choices must, with all that it joins. */
export function fits(expression = ''): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => FITTING.includes(licence)));
}
