#!/usr/bin/env node
import { launch } from './launch.js';

await launch(new URL('ckpt.ts', import.meta.url), 'ckpt');
