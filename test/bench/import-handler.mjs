// Plain JavaScript, since stripping types would be part of what is measured. Imports the module it is given, then the one that is
// loaded later, if any, and prints how long each took, and how long the whole start of the process did, in milliseconds.
import { writeSync } from 'node:fs';

const [, , url, later] = process.argv;
const before = performance.now();
await import(url);
const ready = performance.now();
if (later !== undefined) await import(later);
const firstCallMs = later === undefined ? null : performance.now() - ready;
writeSync(1, JSON.stringify({ importMs: ready - before, readyMs: ready, firstCallMs }));
process.exit();
