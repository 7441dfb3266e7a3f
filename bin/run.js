// `node bin/run.js PROGRAM ARGUMENTS`, for the scripts of package.json and the app of cdk.json; PROGRAM is named from the
// checkout. Without one, for scripts that start other tools.
import { launch } from './launch.js';

const [program] = process.argv.splice(2, 1);
const { npm_lifecycle_event: script } = process.env;
const name = script && script !== 'npx' ? `npm run ${script}` : (program ?? 'Checkpoint Sharing');
await launch(program && new URL(program, new URL('../', import.meta.url)), name);
