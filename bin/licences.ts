import { bundledFiles, ROOT } from './pack/bundles.ts';
import { fits, packagesOf } from './pack/licences.ts';

/** Fails where a package that is bundled in this one (not one for development alone) has another licence, or names none. */
const brought = packagesOf(ROOT, bundledFiles());
const unfit = brought.filter(({ license }) => !fits(license));
for (const { name, license = 'no licence' } of unfit) {
  console.error(`${name} has ${license}: leave it out, or say in bin/pack/licences.ts why that fits.`);
}
if (unfit.length === 0) console.log(`The licences of ${brought.length} packages fit.`);
process.exitCode = unfit.length === 0 ? 0 : 1;
