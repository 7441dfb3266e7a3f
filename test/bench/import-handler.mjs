// Plain JavaScript, since stripping types would be part of what is measured. Imports the module it is given and prints
// how long that took, and how long the whole start of the process did, in milliseconds.
import { writeSync } from 'node:fs';

const [, , url] = process.argv;
const before = performance.now();
await import(url);
const ready = performance.now();
writeSync(1, JSON.stringify({ importMs: ready - before, readyMs: ready }));
process.exit();
