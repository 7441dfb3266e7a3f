#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { launch } from './launch.js';

// A shell that completes a word waits for this: what was compiled once is taken from there, by every Node that can.
module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/ckpt', import.meta.url)));

await launch(new URL('ckpt.ts', import.meta.url), 'ckpt');
