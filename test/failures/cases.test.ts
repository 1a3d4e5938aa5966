import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Known failures of document exchanges: the test that shows each, or why it does not apply here yet. */
const CASES: Readonly<Record<number, { readonly test: string } | { readonly reason: string }>> = {
  1: { test: 'test/client/failureCases.test.ts' },
  2: { test: 'test/client/failureCases.test.ts' },
  3: { test: 'test/client/failureCases.test.ts' },
  4: { test: 'test/client/failureCases.test.ts' },
  5: { test: 'test/journeys/retention.test.ts' },
  6: { test: 'test/client/failureCases.test.ts' },
  7: { test: 'test/failures/documentIds.test.ts' },
  8: { test: 'test/promises/promise-2-one-record.test.ts' },
  9: { test: 'test/failures/documentIds.test.ts' },
  10: { test: 'test/attacks/attacks.test.ts' },
  11: { test: 'test/attacks/attacks.test.ts' },
  12: { test: 'test/attacks/attacks.test.ts' },
  13: { test: 'test/failures/certificatesOverTime.test.ts' },
  14: { test: 'test/revocation/revocation.test.ts' },
  15: { test: 'test/failures/signers.test.ts' },
  16: { test: 'test/failures/signers.test.ts' },
  17: { test: 'test/failures/certificatesOverTime.test.ts' },
  18: { test: 'test/journeys/trustList.test.ts' },
  19: { test: 'test/revocation/revocation.test.ts' },
  20: { test: 'test/failures/replay.test.ts' },
  21: { test: 'test/failures/signers.test.ts' },
  22: { test: 'test/journeys/timeStamps.test.ts' },
  31: { test: 'test/uploads/uploads.test.ts' },
  32: { reason: '2 GB take too long for a test: `npm run bench:large` measures them, see docs/results' },
  33: { test: 'test/uploads/uploads.test.ts' },
  34: { test: 'test/uploads/detached.test.ts' },
  35: { test: 'test/uploads/uploads.test.ts' },
  36: { test: 'test/uploads/uploads.test.ts' },
  37: { test: 'test/journeys/registry.test.ts' },
  38: { test: 'test/client/failureCases.test.ts' },
  39: { test: 'test/journeys/move.test.ts' },
  40: { test: 'test/client/failureCases.test.ts' },
  41: { test: 'test/client/operator/commands.test.ts' },
  42: { test: 'test/journeys/publishedDirectory.test.ts' },
  43: { test: 'test/journeys/time.test.ts' },
  44: { test: 'test/journeys/recalls.test.ts' },
  51: { test: 'test/core/act/effectOf.test.ts' },
  53: { test: 'test/webhook/webhook.test.ts' },
  56: { test: 'test/restore/schema.test.ts' },
  57: { test: 'test/restore/restore.test.ts' },
  65: { test: 'test/limits/limits.test.ts' },
  66: { test: 'test/failures/httpEdges.test.ts' },
  67: { test: 'test/failures/httpEdges.test.ts' },
  68: { test: 'test/limits/limits.test.ts' },
};

test.each(Object.entries(CASES))('case %s has a test with its number, or a reason', (number, entry) => {
  if ('reason' in entry) return expect(entry.reason.length).toBeGreaterThan(20);
  const source = readFileSync(new URL(`../../${entry.test}`, import.meta.url), 'utf8');
  expect(source).toMatch(new RegExp(`(?:test|describe|each\\([^)]*\\))\\(\\s*['\`](?:case )?${number}[: ]`));
});
