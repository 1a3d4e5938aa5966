/**
 * `npm run bench:hostile`: CPU for each 100 KB of documents that were made to be expensive, as Markdown, at two sizes: what grows
 * faster than the document would show. `DOCAXIS_BENCH=small` leaves the larger size out.
 */
import { hostileDocuments, outcomeOf } from '../test/adapters/xml/hostileDocuments.ts';
import { median } from './figures.ts';

const UNIT = 100_000;
const RUNS = 5;
const sizes = process.env.DOCAXIS_BENCH === 'small' ? [UNIT] : [UNIT, 10 * UNIT];

/** Median CPU, ms for each 100 KB. */
function costOf(bytes: Buffer): number {
  const runs = Array.from({ length: RUNS }, () => {
    const begin = process.cpuUsage();
    outcomeOf(bytes);
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000;
  });
  return (median(runs) * UNIT) / Math.max(UNIT, bytes.length);
}

const rows = new Map<string, string[]>();
for (const size of sizes) {
  for (const { name, bytes } of hostileDocuments(size)) {
    const outcome = outcomeOf(bytes) ?? 'verified';
    rows.set(name, [...(rows.get(name) ?? [outcome]), costOf(bytes).toFixed(2)]);
  }
}
console.log(`| Document of | outcome | ${sizes.map((size) => `ms a 100 KB, ${size / 1000} KB`).join(' | ')} |`);
console.log(`| --- | --- | ${sizes.map(() => '---').join(' | ')} |`);
for (const [name, row] of rows) console.log(`| ${[name, ...row].join(' | ')} |`);
