import { defineConfig } from 'vitest/config';

/** The core's own tests alone: what they do not notice, nobody does who changes the core. */
export default defineConfig({ test: { include: ['test/core/**/*.test.ts'] } });
