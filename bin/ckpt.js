#!/usr/bin/env node
// Plain JavaScript for any Node since 18: npx starts it with the machine's own, and what it starts is TypeScript, which
// Node runs as it is from 22.18 on. The npm package `node` brings one that does.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

if (process.features.typescript) {
  await import('./ckpt.ts');
} else {
  const node = findPackagedNode();
  if (node === null) refuse('the packaged one is not installed');
  else relay(node);
}

/** The binary of the npm package `node`, looked for from this file; null where it is not (completely) installed. */
function findPackagedNode() {
  let folder;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
  } catch {
    return null;
  }
  const names = process.platform === 'win32' ? ['node.exe', 'node'] : ['node'];
  return names.map((name) => join(folder, 'bin', name)).find((file) => existsSync(file)) ?? null;
}

/** Becomes the other process as far as it can: its input and output, the signals it gets, the way it ends. */
function relay(node) {
  const program = fileURLToPath(new URL('ckpt.ts', import.meta.url));
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const pass = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  child.on('error', (error) => refuse(`${node} does not start (${error.code ?? error.message})`));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    for (const name of SIGNALS) process.off(name, pass);
    process.kill(process.pid, signal);
  });
}

function refuse(why) {
  process.stderr.write(
    `ckpt: needs Node 22.18 or later, but this is ${process.versions.node} and ${why}: run "npm ci" or use a newer Node.\n`,
  );
  process.exitCode = 1;
}
