#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// A shell that completes a word waits for this: what was compiled once is taken from there, by every Node that can.
module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/ckpt', import.meta.url)));

// The package has the program as any Node that it can be installed for runs it, and no launcher.
if (existsSync(new URL('launch.js', import.meta.url))) {
  const { launch } = await import('./launch.js');
  await launch(new URL('ckpt.ts', import.meta.url), 'ckpt');
} else await import('../dist/bin/ckpt/main.mjs');
