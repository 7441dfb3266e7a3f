import { readFile } from 'node:fs/promises';

/** Whoever takes this package, which is MIT, takes on no more than to keep a notice. */
const FITTING = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0'],
  ...['Python-2.0', 'Unlicense'],
];

interface Locked {
  readonly dev?: boolean;
  readonly license?: string;
}

/**
 * Fails where a package that this one brings along (not one for development alone) has another licence, or names none. Takes the
 * lock file of npm to look at; left out, the checkout's own.
 */
const [file = new URL('../package-lock.json', import.meta.url)] = process.argv.slice(2);
const { packages }: { packages: Record<string, Locked> } = JSON.parse(await readFile(file, 'utf8'));
const brought = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
const unfit = brought.filter(([, { license = '' }]) => !fits(license));
for (const [path, { license = 'no licence' }] of unfit) {
  console.error(`${path} has ${license}: leave it out, or say in bin/licences.ts why that fits.`);
}
if (unfit.length === 0) console.log(`The licences of ${brought.length} packages fit.`);
process.exitCode = unfit.length === 0 ? 0 : 1;

/** Of an SPDX expression without nested brackets: one of the choices must fit, with all that it joins. */
function fits(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => FITTING.includes(licence)));
}
