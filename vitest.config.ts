import { defineConfig } from 'vitest/config';
import { BySize } from './test/support/by-size.ts';

/**
 * Four projects: `unit` needs nothing but loopback, `browser` a Chromium as well (test/browser/chromium.ts), `ledger` holds the
 * DynamoDB adapters against whatever AWS_ENDPOINT_URL_DYNAMODB names, `e2e` deploys the stack to a local cloud with enforced IAM.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    sequence: { sequencer: BySize },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/ledger/**', 'test/browser/**'],
          // One process runs many files, and loads what they share once. So what a file changes
          // outside itself (environment, globals, folders) it puts back.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          // One process, and so one browser, for all files.
          isolate: false,
          fileParallelism: false,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'ledger',
          include: ['test/ledger/**/*.test.ts'],
          globalSetup: ['test/ledger/setup.ts'],
          // Each file has tables of its own.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
