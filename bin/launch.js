// Plain JavaScript for any Node that `engines` of package.json allows: npm, npx and the CDK start what is here with the
// machine's own. What they start is TypeScript for the Node that the functions run on, too; the npm package `node` brings it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program of the checkout on a Node that can, with the arguments of this process; without one, only makes sure that
 * there is such a Node. `name` is how sentences name what was to run.
 */
export async function launch(program, name) {
  // Older ones run TypeScript as well, from 22.18 on, and lack what it calls.
  if (process.features.typescript && Number.parseInt(process.versions.node, 10) >= NEEDED) {
    if (program !== undefined) await run(program, name);
    return;
  }
  const { node, why, next } = findPackagedNode();
  if (node === undefined) refuse(name, why, next);
  else if (program !== undefined) relay(node, program, name);
}

async function run(program, name) {
  try {
    await import(program.href);
  } catch (error) {
    // What a person has typed is answered in a sentence.
    if (/^ERR_PARSE_ARGS_/.test(error.code)) return fail(name, error.message.split('. ')[0]);
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/Cannot find package/.test(error.message)) throw error;
    fail(name, 'its packages are not installed: run "npm ci"');
  }
}

/** The binary of the npm package `node`, looked for from this file; or why there is none, and how to get it. */
function findPackagedNode() {
  let folder;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
  } catch {
    return { why: 'the packaged one is not installed', next: 'run "npm ci"' };
  }
  const names = process.platform === 'win32' ? ['node.exe', 'node'] : ['node'];
  const node = names.map((each) => join(folder, 'bin', each)).find((file) => existsSync(file));
  if (node !== undefined) return { node };
  // It is an install script that fetches the binary: installing once more, with scripts still off, would not.
  return {
    why: 'the packaged one is not whole, since npm ran no install scripts (ignore-scripts)',
    next: 'run "npm rebuild node --ignore-scripts=false"',
  };
}

/** Becomes the other process as far as it can: its input and output, the signals it gets, the way it ends. */
function relay(node, program, name) {
  const child = spawn(node, [fileURLToPath(program), ...process.argv.slice(2)], { stdio: 'inherit' });
  const pass = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  child.on('error', (error) => refuse(name, `${node} does not start (${error.code ?? error.message})`, 'run "npm ci"'));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    for (const each of SIGNALS) process.off(each, pass);
    process.kill(process.pid, signal);
  });
}

function refuse(name, why, next) {
  fail(
    name,
    `needs Node ${NEEDED} or later, but this is ${process.versions.node} and ${why}: ${next}, or use a newer Node`,
  );
}

function fail(name, what) {
  process.stderr.write(`${name}: ${what}.\n`);
  process.exitCode = 1;
}
