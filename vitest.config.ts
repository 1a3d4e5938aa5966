import { configDefaults, defineConfig } from 'vitest/config';

/** What takes a processor for long and proves no promise: `npm run test:slow` runs these alone, and so does CI. */
const SLOW = [
  'test/client/kitWhole.test.ts',
  'test/crashpoints/crashpoints.test.ts',
  'test/docs/snippets.test.ts',
  'test/lib/nag.test.ts',
  'test/lib/stageOptions.test.ts',
  'test/lib/stages.test.ts',
  'test/schedules/**/*.test.ts',
  'test/wiring/grants.test.ts',
];
const isSlowRun = process.env.DOCAXIS_SUITES === 'slow';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: isSlowRun ? SLOW : ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(isSlowRun ? [] : SLOW)],
    globalSetup: ['test/globalSetup.ts'],
    setupFiles: ['test/kit/contractSetup.ts'],
    pool: 'forks',
    // The suites wait for an axis more than they compute; what they wait for has time limits of its own.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
