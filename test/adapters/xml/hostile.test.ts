import { expect, test } from 'vitest';
import { hostileDocuments, outcomeOf } from './hostileDocuments.ts';

const BYTES = 100_000;
/** Ten times what a document may take: only work that grows out of proportion fails on a machine with much else to do. */
const MOST_MS = 500;

test.each(hostileDocuments(BYTES))('$name: judged, and without much work', ({ bytes, outcome }) => {
  const begin = process.cpuUsage();
  expect(outcomeOf(bytes)).toBe(outcome);
  const { user, system } = process.cpuUsage(begin);
  expect((user + system) / 1000 / Math.max(1, bytes.length / BYTES)).toBeLessThan(MOST_MS);
});
