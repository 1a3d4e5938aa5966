import { configDefaults, defineConfig } from 'vitest/config';

/**
 * What takes a processor for long and proves no promise: `npm run test:slow` runs these alone, and so does CI; `DOCAXIS_SUITES=all` leaves
 * nothing out.
 */
const SLOW = [
  'test/adapters/lenient/properties.test.ts',
  'test/adapters/trust/pathFuzz.test.ts',
  'test/adapters/xml/fuzz.test.ts',
  'test/client/commandsOnAxis.test.ts',
  'test/client/inbox.test.ts',
  'test/client/kit*.test.ts',
  'test/client/lifeCommands.test.ts',
  'test/client/operator/commands.test.ts',
  'test/client/operator/import.test.ts',
  'test/client/package.test.ts',
  'test/compat/compat.test.ts',
  'test/compat/faces.test.ts',
  'test/contract/calls.test.ts',
  'test/crashpoints/crashpoints.test.ts',
  'test/docs/snippets.test.ts',
  'test/failures/certificatesOverTime.test.ts',
  'test/failures/queues.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/house/gates.test.ts',
  'test/house/readme.test.ts',
  'test/house/sbom.test.ts',
  'test/interop/tlog.test.ts',
  'test/journeys/demo.test.ts',
  'test/journeys/directory.test.ts',
  'test/journeys/echo.test.ts',
  'test/journeys/many.test.ts',
  'test/journeys/mixedTraffic.test.ts',
  'test/journeys/move.test.ts',
  'test/journeys/publishedDirectory.test.ts',
  'test/journeys/registry.test.ts',
  'test/journeys/report.test.ts',
  'test/journeys/retention.test.ts',
  'test/journeys/seeing.test.ts',
  'test/journeys/time.test.ts',
  'test/journeys/wholeLife.test.ts',
  'test/kit/testAxis.test.ts',
  'test/lib/dashboard.test.ts',
  'test/lib/nag.test.ts',
  'test/lib/runbooks.test.ts',
  'test/lib/stageOptions.test.ts',
  'test/lib/stages.test.ts',
  'test/limits/limits.test.ts',
  'test/local/axis.test.ts',
  'test/local/cloud/tablesOnDisk.test.ts',
  'test/local/runtime/startAssembly.test.ts',
  'test/model/**/*.test.ts',
  'test/operate/setAside.test.ts',
  'test/restore/**/*.test.ts',
  'test/review/**/*.test.ts',
  'test/revocation/**/*.test.ts',
  'test/schedules/**/*.test.ts',
  'test/uploads/**/*.test.ts',
  'test/webhook/webhook.test.ts',
  'test/wiring/**/*.test.ts',
];
const suites = process.env.DOCAXIS_SUITES;

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: suites === 'slow' ? SLOW : ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(suites === undefined ? SLOW : [])],
    globalSetup: ['test/globalSetup.ts'],
    setupFiles: ['test/kit/contractSetup.ts'],
    pool: 'forks',
    // The suites wait for an axis more than they compute; what they wait for has time limits of its own.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
