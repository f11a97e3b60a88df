import { defineConfig } from 'vitest/config';

/** Tests on one shared platform with real engines. */
const endToEnd = {
  globalSetup: 'test/e2e/shared-platform.ts',
  testTimeout: 180_000,
  hookTimeout: 600_000,
  fileParallelism: false,
};

/** They look at what happens at a certain moment, which another one's load would move. */
const aloneFiles = ['test/full/flink-verdicts*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          // Far above what any takes: on a busy machine all do.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      { test: { ...endToEnd, name: 'e2e', include: ['test/e2e/**/*.test.ts'] } },
      // Side by side: each names what it declares for itself, and kills nothing that others use.
      {
        test: {
          ...endToEnd,
          name: 'full',
          include: ['test/full/**/*.test.ts', 'test/parity/**/*.test.ts'],
          exclude: aloneFiles,
          fileParallelism: true,
        },
      },
      { test: { ...endToEnd, name: 'full-alone', include: aloneFiles } },
      { test: { name: 'parity', include: ['test/parity/**/*.test.ts'], fileParallelism: false } },
      { test: { ...endToEnd, name: 'nexmark', include: ['test/nexmark/**/*.test.ts'] } },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          globalSetup: 'test/conformance/targets.ts',
          testTimeout: 30_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'sql-corpus',
          include: ['test/sql-corpus/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
